"""Rule sets as files: written with the columns they are about, checked when read, and fitted to another dataset.

A file is JSON of `{format, v, columns: [{id, name, type}], rules}`. Owners stay behind: they are people of a workspace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tablewright.core.rules.asked import check_set, columns_of
from tablewright.core.rules.model import MOST_RULES, ResultCheck, Rule, RuleSet
from tablewright.core.rules.problems import RuleColumnsMissing, RuleIncomplete, RuleSetDamaged
from tablewright.core.tables.schema import Schema

FORMAT = "tablewright-rules"
VERSION = 1
_DEEPEST = 64
_MOST_PARTS = 200_000
_COLUMN_KEYS = ("column", "other", "time", "by")
_REFERENCE = re.compile(r"#(c[1-9][0-9]{0,4})(?=[}\]])")


class NamedColumn(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^c[1-9][0-9]{0,4}$")]
    name: Annotated[str, Field(max_length=10_000)]
    type: Annotated[str, Field(max_length=40)]


class RuleSetFile(BaseModel):
    """A rule set on its own, with what its column ids mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["tablewright-rules"] = "tablewright-rules"
    v: Literal[1] = 1
    columns: tuple[NamedColumn, ...] = Field(default=(), max_length=10_000)
    rules: tuple[Rule, ...] = Field(default=(), max_length=MOST_RULES)


def written(rules: RuleSet, schema: Schema) -> dict[str, Any]:
    """The rule set as a file's document."""
    used = {column for rule in rules.rules for column in columns_of(rule)}
    columns = [
        NamedColumn(id=column.id, name=column.name, type=column.type.value)
        for column in schema.columns
        if column.id in used
    ]
    kept = tuple(rule.model_copy(update={"owner": None}) for rule in rules.rules)
    return RuleSetFile(columns=tuple(columns), rules=kept).model_dump(mode="json", exclude_none=True)


def read(document: object) -> RuleSetFile:
    """The rule set of a file's document. Raises RuleSetDamaged with the place, RuleIncomplete or RuleNamedTwice."""
    if not isinstance(document, dict):
        raise RuleSetDamaged("it is no JSON object.")
    _check_size(document)
    if document.get("format") != FORMAT:
        raise RuleSetDamaged(f'its "format" is not "{FORMAT}".', "format")
    if document.get("v") != VERSION or isinstance(document.get("v"), bool):
        detail = f"this installation reads version {VERSION}. Update it, or export the rules again from an older one."
        raise RuleSetDamaged(detail, "v")
    try:
        found = RuleSetFile.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise RuleSetDamaged(f"{first['msg']}.", _place(first["loc"])) from None
    check_set(RuleSet(rules=found.rules))
    return found


def _place(parts: Iterable[int | str]) -> str:
    """The path into a document: `rules[2].check.condition`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _check_size(document: object) -> None:
    level, parts = [document], 0
    for _ in range(_DEEPEST):
        following: list[object] = []
        for part in level:
            if isinstance(part, dict):
                following += part.values()
            elif isinstance(part, list):
                following += part
        parts += len(following)
        if parts > _MOST_PARTS:
            raise RuleSetDamaged(f"it has more than {_MOST_PARTS:,} parts.")
        if not following:
            return
        level = following
    raise RuleSetDamaged(f"it nests more than {_DEEPEST} deep.")


def fitted(file: RuleSetFile, schema: Schema, dataset_id: UUID) -> tuple[Rule, ...]:
    """The rules of a file with this dataset's column ids, matched by name.

    Raises RuleColumnsMissing, or RuleIncomplete for a rule that looks at more than one dataset.
    """
    used = {column for rule in file.rules for column in columns_of(rule)}
    named = {column.id: column.name for column in file.columns}
    ids: dict[str, str] = {}
    missing: list[str] = []
    for column in sorted(used, key=lambda each: int(each[1:])):
        name = named.get(column, column)
        match = _column_named(name, schema)
        if match is None:
            missing.append(name)
        else:
            ids[column] = match
    if missing:
        raise RuleColumnsMissing(missing)
    return tuple(_moved(rule, ids, dataset_id) for rule in file.rules)


def _column_named(name: str, schema: Schema) -> str | None:
    exact = [column.id for column in schema.columns if column.name == name]
    loose = [column.id for column in schema.columns if column.name.strip().casefold() == name.strip().casefold()]
    return exact[0] if len(exact) == 1 else loose[0] if len(loose) == 1 else None


def _moved(rule: Rule, ids: Mapping[str, str], dataset_id: UUID) -> Rule:
    document = rule.model_dump(mode="json")
    if isinstance(rule.check, ResultCheck):
        for part in ("base", "base_id", "joins", "union"):
            if document["check"]["question"].get(part):
                detail = "its question reaches into other datasets, which a file does not bring along."
                raise RuleIncomplete(rule.name, detail, f"check.question.{part}")
        document["check"]["question"]["dataset_id"] = str(dataset_id)
    document["check"] = _renamed(document["check"], ids)
    document["message"] = _references(document["message"], ids)
    return Rule.model_validate(document)


def _renamed(part: Any, ids: Mapping[str, str], key: str = "") -> Any:
    if isinstance(part, dict):
        return {name: _renamed(value, ids, name) for name, value in part.items()}
    if isinstance(part, list):
        return [_renamed(value, ids, key) for value in part]
    if not isinstance(part, str):
        return part
    if key in (*_COLUMN_KEYS, "columns"):
        return ids.get(part, part)
    return _references(part, ids) if key in ("text", "formula") else part


def _references(text: str, ids: Mapping[str, str]) -> str:
    return _REFERENCE.sub(lambda match: f"#{ids.get(match[1], match[1])}", text)


def joined(present: RuleSet, coming: Iterable[Rule], *, keep: Iterable[Rule]) -> RuleSet:
    """Of the present rules those to keep, and those that come: one of the same name takes its place, id and owner."""
    by_name = {rule.name.casefold(): rule for rule in present.rules}
    rules = {rule.name.casefold(): rule for rule in keep}
    for rule in coming:
        name = rule.name.casefold()
        before = by_name.get(name)
        rules[name] = rule.model_copy(
            update={"id": before.id if before else uuid4(), "owner": before.owner if before else None}
        )
    if len(rules) > MOST_RULES:
        raise RuleSetDamaged(f"a dataset has at most {MOST_RULES} rules, and these would be {len(rules)}.")
    return RuleSet(rules=tuple(rules.values()))


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """The file itself: readable, and the same for the same rules."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
