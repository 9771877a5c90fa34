"""Which rows of a table are totals: said by their label, or proven by their arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tablewright.core.readers.model import Confidence, Receipt
from tablewright.core.readers.numerals import marks
from tablewright.core.readers.structure.cells import DATE, EMPTY, MISSING, NUMBER, TEXT, YEAR
from tablewright.core.readers.structure.model import Block
from tablewright.core.readers.structure.sheet import Shape, Sheet, filled, first_filled

LOOK_BACK = 60
"""So many rows above a row are tried as its addends."""
PROVEN_COLUMNS = 4
MARKED_ROWS = 200
"""So many rows tell which mark stands before the decimals of a column."""
LEAST_BESIDE = 2
"""So many values say what a column holds."""
_TOTAL = re.compile(
    r"[\s.…*-]*(?:(?:grand |sub-? ?)?totals?|sum|sub-?total|average|mean|overall|altogether|all|gesamt|insgesamt|summe"
    r"|zwischensumme|mittelwert|(?:(?:opening|closing|ending|beginning) )?balance|(?:end|anfangs|schluss)?saldo"
    r"|kontostand|solde(?: \w+)?|net|合計|合计|总计|小計|小计"
    r"|razem|suma|összesen|celkem|ukupno|toplam|summa"
    r"|totaal|totale|total général|ensemble|moyenne|suma|итого|всего|yhteensä|i alt|in all)"
    r"[\s:.*\d)]*",
    re.IGNORECASE,
)
"""A label that says nothing but total."""
_BEGINS = re.compile(
    r"[\s.…*-]*(?:grand |sub-? ?)?total(?:s|en|e)?\b|summe\b|gesamt|.{1,60}[,:–-] ?total$|.{1,60} total$", re.IGNORECASE
)
"""A label that begins or ends with it: enough at the edge of a stretch of rows, not among them."""


_CORE = re.compile(r"[.,]?\d(?:[\d.,'’ \u00a0\u202f]*\d)?")
_EXPONENT = re.compile(r"[-+]?\d*\.?\d+[eE][-+]?\d+")
_MARKED = re.compile(r"\*{1,3}")
"""What lists of SAP put in the left column of a sum."""
DIFFERENCE = 5e-3
"""As far from a sum a total may be, which rounds it."""


def amount(text: str, mark: str) -> float | None:
    """The number in a text, as far as sums need it. `mark` stands before its decimals."""
    if _EXPONENT.fullmatch(text):
        return float(text)
    found = _CORE.search(text)
    if found is None:
        return None
    around = text[: found.start()] + text[found.end() :]
    try:
        number = float("".join(c for c in found[0] if c.isdecimal() or c == mark).replace(mark, "."))
    except ValueError:
        return None
    return -number if any(sign in around for sign in "(-−") else number


def _mark(texts: Sequence[str]) -> str:
    """What stands before the decimals of a column: as all of its numbers show, else as the last mark in one of them."""
    cores = [found[0] for text in texts if (found := _CORE.search(text))]
    written = marks(cores) if cores else None
    if written is not None:
        return written.style.decimal
    last = [core.rstrip("0123456789")[-1:] for core in cores if len(set(core) & {",", "."}) == 2]
    return last[0] if last else "."


def says_total(text: str) -> bool:
    """Whether a label says nothing but total."""
    return _TOTAL.fullmatch(text) is not None


def begins_total(text: str) -> bool:
    """Whether a label begins or ends with the word."""
    return _BEGINS.match(text) is not None


def marks_total(text: str) -> bool:
    """Whether a cell is the mark of a total."""
    return _MARKED.fullmatch(text.strip()) is not None


@dataclass(frozen=True)
class Totals:
    """Rows that are totals, each with what says so."""

    reasons: dict[int, str]
    misplaced: frozenset[int]
    """Those whose label stands in a column of dates or numbers, which it would make a text."""


def totals_of(sheet: Sheet, shape: Shape) -> Totals:
    """The rows that are totals."""
    first, last = shape.data
    numbers = [i for i in shape.typed if shape.columns[i] == NUMBER]
    columns = numbers[:PROVEN_COLUMNS]
    labelled = {last} if _closes(sheet, shape, last) else set()
    proven = _proven(sheet, shape, columns) if columns else {}
    if last not in proven and _sums_up(sheet, shape, numbers):
        proven[last] = "nothing in its left column, and the sum of all rows above it"
    for row in range(first, last + 1) if columns else ():
        kinds = sheet.row(row, shape.area)
        if filled(kinds) < 2 or not any(kinds[i] in (NUMBER, YEAR) for i in shape.typed):
            continue
        lead = first_filled(kinds)
        marked = kinds[lead] == MISSING and marks_total(sheet.text(row, shape.area.left + lead))
        if row in proven or marked:
            sure = row in proven or (filled(kinds) < shape.typical and _at_edge(sheet, shape, row))
            labelled.update({row} if sure and (marked or kinds[lead] == TEXT) else ())
            continue
        label = next((i for i, kind in enumerate(kinds) if kind == TEXT), None)
        if label is not None:
            text = sheet.text(row, shape.area.left + label)
            if _TOTAL.fullmatch(text) or (_BEGINS.match(text) and _at_edge(sheet, shape, row)):
                labelled.add(row)
    if len(labelled) * 2 > sum(1 for row in range(first, last + 1) if filled(sheet.row(row, shape.area))):
        labelled &= proven.keys()  # what most rows say is no total: all of the processors
    beside = _beside(sheet, shape, labelled)
    said = {
        row: f"its label stands in a column of {what}" if what else "its label says total"
        for row, what in beside.items()
    }
    return Totals(said | proven, frozenset(row for row, what in beside.items() if what))


def _beside(sheet: Sheet, shape: Shape, rows: set[int]) -> dict[int, str]:
    """What the other rows hold in the column of each label: nothing but dates or numbers, or "" for anything else."""
    others = [row for row in range(shape.data[0], shape.data[1] + 1) if row not in rows] if rows else []
    values: dict[int, str] = {}
    for lead in {first_filled(sheet.row(row, shape.area)) for row in rows}:
        kinds = [sheet.kinds[row][shape.area.left + lead] for row in others]
        filled_ones = set(kinds) - {EMPTY}
        few = len(kinds) - kinds.count(EMPTY) < LEAST_BESIDE
        known = "dates" if filled_ones == {DATE} else "numbers" if filled_ones <= {NUMBER, YEAR} else ""
        values[lead] = "" if few else known
    return {row: values[first_filled(sheet.row(row, shape.area))] for row in rows}


def _closes(sheet: Sheet, shape: Shape, last: int) -> bool:
    """Whether the last row is a label alone that says total, or one beside numbers in whatever columns."""
    kinds = sheet.row(last, shape.area)
    lead = first_filled(kinds)
    if last == shape.data[0] or lead == len(kinds) or not says_total(sheet.text(last, shape.area.left + lead)):
        return False
    return filled(kinds) == 1 or NUMBER in kinds


def _at_edge(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a row is the first or last of the data, or beside a line with one cell or none."""
    if row in shape.data:
        return True
    return any(filled(sheet.row(other, shape.area)) < 2 for other in (row - 1, row + 1))


def _proven(sheet: Sheet, shape: Shape, columns: list[int]) -> dict[int, str]:
    """Rows that equal the sum of a run of rows right above them, or the last row the sum of all, in two columns at
    least (in one, when there is one only and three addends at least)."""
    first, last = shape.data
    rows: list[int] = []
    values: list[list[float]] = []
    marked = _marks(sheet, shape, columns)
    for row in range(first, last + 1):
        kinds = sheet.row(row, shape.area)
        if any(kinds[i] in (NUMBER, YEAR) for i in columns):
            rows.append(row)
            values.append([amount(sheet.text(row, shape.area.left + i), marked[i]) or 0.0 for i in columns])
    found: dict[int, str] = {}
    if len(rows) < 3:
        return found
    # Only rows at the end of a stretch are tried: the last one, and those before a blank line or a label.
    for position in _ends(sheet, shape, rows):
        run = _addends(values, position)
        if run:
            found[rows[position]] = f"the sum of the {run} rows above it"
    return found


def _marks(sheet: Sheet, shape: Shape, columns: Sequence[int]) -> dict[int, str]:
    """What stands before the decimals of each column of numbers."""
    first, last = shape.data
    rows = [*range(first, min(first + MARKED_ROWS, last)), last]
    return {i: _mark([sheet.text(row, shape.area.left + i) for row in rows]) for i in columns}


def _sums_up(sheet: Sheet, shape: Shape, columns: Sequence[int]) -> bool:
    """Whether the last row has nothing in the left column, as no other, and a number that is the sum of all others.

    Its other numbers need not be: shares and means are no sums.
    """
    first, last = shape.data
    kinds = sheet.row(last, shape.area)
    left = shape.spread[0] - shape.area.left
    rows = [row for row in range(first, last) if filled(sheet.row(row, shape.area))]
    if len(rows) < 2 or kinds[left] or not all(sheet.row(row, shape.area)[left] for row in rows):
        return False
    columns = [i for i in columns if kinds[i] in (NUMBER, YEAR)]
    marked = _marks(sheet, shape, columns)
    for i in columns:
        column = shape.area.left + i
        target = amount(sheet.text(last, column), marked[i]) or 0.0
        total = sum(amount(sheet.text(row, column), marked[i]) or 0.0 for row in rows)
        if target and abs(total - target) <= DIFFERENCE * min(1.0, abs(target)):
            return True
    return False


def _ends(sheet: Sheet, shape: Shape, rows: list[int]) -> list[int]:
    ends = [p for p in range(2, len(rows) - 1) if rows[p + 1] - rows[p] > 1]
    return [*ends, len(rows) - 1][-LOOK_BACK:]


def _addends(values: list[list[float]], position: int) -> int:
    """How many rows right above add up to this one in every column; 0 for none."""
    target = values[position]
    used = [i for i, value in enumerate(target) if value]
    if not used:
        return 0
    sums = [0.0] * len(target)
    enough = 2 if len(used) > 1 else 3
    for back in range(1, min(LOOK_BACK, position) + 1):
        row = values[position - back]
        sums = [a + b for a, b in zip(sums, row, strict=True)]
        if back >= enough and all(abs(sums[i] - target[i]) <= 0.5e-2 * max(1.0, back / 10) for i in used):
            return back
    return 0


def decide_totals(receipt: Receipt, block: Block, *, told: bool | None = None) -> None:
    """Note what became of the rows that look like totals; nothing when there are none."""
    kept, left = len(block.rows("total")), len(block.rows("left out"))
    if not kept and not left:
        return
    said = f"{left or kept:,} row{'s' if (left or kept) > 1 else ''} by label or as the sum of others"
    confidence: Confidence = "told" if told else "likely"
    if left:
        receipt.decide("totals", "left out", said, key="leave_out_totals", confidence=confidence, choices=("false",))
    else:
        receipt.decide("totals", "kept", said, key="leave_out_totals", confidence="likely", choices=("true",))
    if left and not told:
        rows = "1 row looks like a total and was" if left == 1 else f"{left:,} rows look like totals and were"
        receipt.warn(f"{rows} left out: the label stands in a column of dates or numbers, which it would make a text")
