"""What can stand in the way of a next version."""

from __future__ import annotations

from tablewright.core.errors import Invalid, Problem


class KeysMissing(Invalid):
    def __init__(self) -> None:
        super().__init__("This needs the columns that tell rows apart. Name at least one key column.", field="keys")


class KeyColumnMissing(Invalid):
    def __init__(self, key: str) -> None:
        super().__init__(f'There is no column "{key[:200]}" to tell rows apart by.', column=key)


class KeyNotUnique(Invalid):
    def __init__(self, names: list[str], repeated: int, number: int) -> None:
        named = ", ".join(f'"{name}"' for name in names)
        super().__init__(
            f"{named} does not tell the rows of version {number} apart: {repeated:,} rows share theirs with another. "
            "Choose other key columns, or compare whole rows.",
            field="keys",
        )


class TypesDoNotMeet(Invalid):
    def __init__(self, name: str, before: str, after: str) -> None:
        super().__init__(
            f'"{name}" is {after} in the file and {before} in the dataset: no type holds both exactly. '
            "Give the column a type in the mapping.",
            column=name,
        )


class RowsWentMissing(Problem):
    """A count that must agree does not: a fault of ours, stopped before anything was published."""

    title = "The rows do not add up"

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"The next version should have {expected:,} rows and has {found:,}. Nothing was published.")


class ReceiptUnbalanced(Problem):
    """Rows are unaccounted for: a fault of ours, stopped before anything was published."""

    title = "The rows do not add up"

    def __init__(self, seen: int, accounted: int) -> None:
        super().__init__(f"Of {seen:,} rows that were read, {accounted:,} are accounted for. Nothing was published.")
