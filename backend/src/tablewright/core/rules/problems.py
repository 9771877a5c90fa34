"""States of affairs around rules: what cannot be checked, where in the rule, and what can instead."""

from __future__ import annotations

from tablewright.core.errors import Exhausted, Invalid


class RuleIncomplete(Invalid):
    """Something in a rule does not fit together."""

    def __init__(self, name: str, detail: str, position: str) -> None:
        super().__init__(f'The rule "{name}": {detail}', rule=name, position=position)


class RuleNamedTwice(Invalid):
    def __init__(self, name: str) -> None:
        super().__init__(f'Two rules are called "{name}". Give each a name of its own.', rule=name)


class RuleSetDamaged(Invalid):
    """A file that should hold a rule set and does not."""

    def __init__(self, detail: str, position: str | None = None) -> None:
        super().__init__(f"This is no rule set that can be imported: {detail}", position=position)


class RuleColumnsMissing(Invalid):
    """Rules that were made for another dataset name columns that this one does not have."""

    def __init__(self, names: list[str]) -> None:
        shown = ", ".join(f'"{name}"' for name in names[:10])
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        super().__init__(
            f"The rules need columns that this dataset does not have: {shown}{more}. "
            "Rename the columns of the dataset, or leave those rules out of the file.",
            columns=names,
        )


class TooManyGroupsToCheck(Exhausted):
    def __init__(self, name: str, limit: int) -> None:
        super().__init__(
            f'The rule "{name}" looks at more than {limit:,} groups. Use fewer dimensions, a coarser time or a filter.',
            rule=name,
        )
