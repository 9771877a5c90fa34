"""States of affairs around rules of access."""

from __future__ import annotations

from tablewright.core.errors import Invalid


class RuleNotConstant(Invalid):
    def __init__(self, rule: str, position: str) -> None:
        super().__init__(
            f'The rule "{rule}" compares with something that changes by itself. A rule of access compares a column '
            "with values, or with an attribute of the member.",
            rule=rule,
            position=position,
        )


class AttributeMisplaced(Invalid):
    """An attribute of members stands where only one value can, or its name cannot be read."""

    def __init__(self, value: str, reason: str) -> None:
        super().__init__(f'"{value}" cannot be used here: {reason}', value=value)
