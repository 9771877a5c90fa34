"""What can be wrong with a mapping."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from tablewright.core.errors import Invalid


class MappingSourceMissing(Invalid):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = get_close_matches(name, list(known), n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        super().__init__(
            f'The file has no column "{name[:200]}", which the mapping takes values from.{hint}', column=name
        )


class MappingTargetRepeated(Invalid):
    def __init__(self, target: str) -> None:
        super().__init__(f'The mapping makes the column "{target[:200]}" twice. Give each its own name.', column=target)


class MappingColumnMissing(Invalid):
    def __init__(self, column_id: str) -> None:
        super().__init__(
            f'The dataset has no column "{column_id}". Leave the id out to make a new column.', column=column_id
        )


class MappingEmpty(Invalid):
    def __init__(self) -> None:
        super().__init__("The mapping leaves out every column. Keep at least one.")
