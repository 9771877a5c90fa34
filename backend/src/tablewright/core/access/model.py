"""Rules of access to one dataset, as a value.

Without rules everybody who may read datasets sees all of it. Once there are row rules, a reader sees the union of the
rows of the rules that name them; whom no rule names sees no row. A column that a column rule names is shown to those
alone whom such a rule names, as it is or masked; whom several name sees it as the one does that shows most. Nobody is
exempt, admins included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.queries.model import Group
from tablewright.core.queries.tables import Mask

AttributeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
AttributeValue = Annotated[str, Field(min_length=1, max_length=200)]
RuleName = Annotated[str, Field(min_length=1, max_length=200)]
RoleName = Literal["admin", "analyst", "viewer"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Everyone(_Value):
    kind: Literal["everyone"] = "everyone"


class OfRole(_Value):
    kind: Literal["role"] = "role"
    role: RoleName


class OfGroup(_Value):
    kind: Literal["group"] = "group"
    group_id: UUID


class OneMember(_Value):
    kind: Literal["member"] = "member"
    user_id: UUID


class WithAttribute(_Value):
    """Members who have one of `values` in the attribute; without `values`, who have it at all."""

    kind: Literal["attribute"] = "attribute"
    name: AttributeName
    values: tuple[AttributeValue, ...] = Field(default=(), max_length=200)


Who = Annotated[Everyone | OfRole | OfGroup | OneMember | WithAttribute, Field(discriminator="kind")]


class RowRule(_Value):
    """Whom it names sees the rows that the condition keeps; without a condition, all.

    A value of the condition may be `{member.region}`: the values of that attribute of the reader.
    """

    name: RuleName
    who: tuple[Who, ...] = Field(min_length=1, max_length=50)
    condition: Group | None = None


class ColumnRule(_Value):
    """Whom it names sees these columns, or a mask in the place of their values."""

    name: RuleName
    who: tuple[Who, ...] = Field(min_length=1, max_length=50)
    columns: tuple[Annotated[str, Field(pattern=r"^c[1-9][0-9]{0,4}$")], ...] = Field(min_length=1, max_length=2000)
    mask: Mask | None = None


class RuleSet(_Value):
    """All rules of one dataset."""

    rows: tuple[RowRule, ...] = Field(default=(), max_length=100)
    columns: tuple[ColumnRule, ...] = Field(default=(), max_length=100)

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns)


@dataclass(frozen=True)
class Reader:
    """A member as rules see them."""

    user_id: UUID
    role: str | None
    groups: frozenset[UUID] = frozenset()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())

    def values_of(self, name: str) -> tuple[str, ...]:
        return next((values for each, values in self.attributes if each == name), ())

    def is_one_of(self, who: tuple[Who, ...]) -> bool:
        return any(self._is(each) for each in who)

    def _is(self, who: Who) -> bool:
        match who:
            case Everyone():
                return True
            case OfRole():
                return self.role == who.role
            case OfGroup():
                return who.group_id in self.groups
            case OneMember():
                return who.user_id == self.user_id
            case WithAttribute():
                own = self.values_of(who.name)
                return bool(own) if not who.values else any(value in who.values for value in own)
