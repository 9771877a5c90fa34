"""What a row of an answer is, in words, for tables that leave the screen: totals and rests are no groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tablewright.core.queries.model import Answer, AnswerColumn

KIND = AnswerColumn(key="kind_of_row", label="Kind of row", type="text", role="column")


def with_kind(columns: Sequence[AnswerColumn], marks: Sequence[str]) -> tuple[AnswerColumn, ...]:
    """The columns of a table that leaves the screen: those of the answer, and KIND when rows have marks."""
    return (*columns, KIND) if marks else tuple(columns)


def kinds(labels: Sequence[str], level: Iterable[int | None], other: Iterable[int | None]) -> list[str | None]:
    """For each row "Total over Region, Month", "Other of Product", both, or None for a group.

    `labels` are the dimensions' in order; `level` and `other` as in Answer, one value for each row.
    """
    words: dict[tuple[int, int], str | None] = {}

    def told(total: int, rest: int) -> str | None:
        parts = [
            f"{word} {', '.join(label for place, label in enumerate(labels) if bits >> place & 1)}"
            for word, bits in (("Total over", total), ("Other of", rest & ~total))
            if bits
        ]
        return "; ".join(parts) or None

    found = []
    for key in ((total or 0, rest or 0) for total, rest in zip(level, other, strict=True)):
        if key not in words:
            words[key] = told(*key)
        found.append(words[key])
    return found


def with_kinds(answer: Answer) -> Answer:
    """The answer with the column KIND when it has totals or rests."""
    if not answer.level and not answer.other:
        return answer
    labels = [column.label for column in answer.columns if column.role == "dimension"]
    none = (0,) * answer.row_count
    told = kinds(labels, answer.level or none, answer.other or none)
    return answer.model_copy(
        update={"columns": (*answer.columns, KIND), "data": {**answer.data, KIND.key: told}, "level": (), "other": ()}
    )
