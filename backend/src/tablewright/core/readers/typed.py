"""From columns of text to typed Parquet in one pass, with a second look only where a value did not fit."""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.readers.engine import PARQUET, literal
from tablewright.core.readers.kinds import (
    INTEGER,
    NULL_WORDS,
    OTHER_ORDER,
    TEXT,
    Kind,
    number_kind,
    proposed,
    shown,
)
from tablewright.core.readers.model import Receipt

ODD_VALUES = 300
LineOf = Callable[[int], int | None]


@dataclass
class Typing:
    """The types of a table's columns while they are being decided."""

    con: duckdb.DuckDBPyConnection
    relation: str
    """SQL of a relation with the text columns c1, c2, …"""
    names: Sequence[str]
    kinds: list[Kind]
    evidence: dict[int, str]
    line_of: LineOf
    only_dates: frozenset[int] = frozenset()
    """Columns of strings that may be dates but never numbers, because the format tells them apart."""

    def settle_orders(self, among: Sequence[int] | None = None) -> None:
        """Decide day or month first on all values of each column that is written in either order."""
        columns = range(len(self.kinds)) if among is None else among
        open_columns = [i for i in columns if _other_order(self.kinds[i]) is not None]
        if not open_columns:
            return
        parts = []
        for i in open_columns:
            text = self.kinds[i].text(f"c{i + 1}")
            numbers = f"regexp_extract({text}, '^([0-9]+)[-/]([0-9]+)', "
            for group in (1, 2):
                number = f"TRY_CAST({numbers}{group}) AS INTEGER)"
                parts += [f"count_if({number} > 12)", f"any_value({text}) FILTER ({number} > 12)"]
        row = self._one(f"SELECT {', '.join(parts)} FROM {self.relation}")
        for place, i in enumerate(open_columns):
            day_first, day_example, month_first, month_example = row[place * 4 : place * 4 + 4]
            kind = self.kinds[i]
            day_kind, month_kind = _ordered(kind)
            if day_first and not month_first:
                self.kinds[i] = day_kind
                self.evidence[i] = f'day first: "{day_example}" and {day_first - 1:,} more have a first number above 12'
            elif month_first and not day_first:
                self.kinds[i] = month_kind
                self.evidence[i] = (
                    f'month first: "{month_example}" and {month_first - 1:,} more have a second number above 12'
                )
            elif day_first and month_first:
                self.kinds[i] = TEXT
                self.evidence[i] = (
                    f'both orders occur, for instance "{day_example}" and "{month_example}": kept as text'
                )
            else:
                self.kinds[i] = day_kind
                self.evidence[i] = "ASSUMED day first: no value has a number above 12 that would tell day from month"

    def write(self, target: Path) -> int:
        """Write the Parquet file and return its row count; types that turn out wrong are decided anew."""
        for _attempt in range(3):
            try:
                row = self.con.execute(f"COPY ({self._select()}) TO {literal(target)} {PARQUET}").fetchone()
            except duckdb.InvalidInputException as error:
                if "misfit:c" not in str(error):
                    raise
                self._decide_again()
                continue
            return int(row[0]) if row else 0
        raise AssertionError("types that were decided on all values did not fit them")

    def _select(self) -> str:
        inner, outer = [], []
        for i, kind in enumerate(self.kinds, start=1):
            text = kind.text(f"c{i}")
            inner.append(f"{text} AS t{i}")
            if not kind.is_text:
                inner.append(f"{kind.value(text)} AS v{i}")
            outer.append(f"{kind.checked(f't{i}', f'v{i}', f'c{i}')} AS c{i}")
        return f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {self.relation})"

    def null_words(self) -> dict[int, str]:
        """For each column in which words were read as empty, which and how many."""
        parts = [(i, word) for i, kind in enumerate(self.kinds) for word in kind.nulls]
        if not parts:
            return {}
        counted = self._one(
            "SELECT "
            + ", ".join(
                f"count_if({replace(TEXT, padded=self.kinds[i].padded).text(f'c{i + 1}')} = {literal(word)})"
                for i, word in parts
            )
            + f" FROM {self.relation}"
        )
        found: dict[int, list[str]] = {}
        for (i, word), count in zip(parts, counted, strict=True):
            if count:
                found.setdefault(i, []).append(f'"{word}" ({count:,})')
        return {i: "; read as empty: " + ", ".join(words) for i, words in found.items()}

    def _decide_again(self) -> None:
        """Look at all values of every column that holds one that does not fit."""
        typed = [i for i, kind in enumerate(self.kinds) if not kind.is_text]
        misfits = self._one(
            "SELECT "
            + ", ".join(f"count_if(NOT {self.kinds[i].fits(f'c{i + 1}')})" for i in typed)
            + f" FROM {self.relation}"
        )
        for i, count in zip(typed, misfits, strict=True):
            if count:
                self.kinds[i], self.evidence[i] = self._whole(i, self.kinds[i], int(count))

    def _whole(self, i: int, tried: Kind, misfits: int) -> tuple[Kind, str]:
        """The type of one column from all of its values, and what speaks for it.

        What some of the values that do not fit suggest together with some of the others is then tested on all.
        """
        column = f"c{i + 1}"
        (filled,) = self._one(f"SELECT count({column}) FROM {self.relation}")
        odd = f"SELECT {column} FROM {self.relation} WHERE NOT {tried.fits(column)} LIMIT {ODD_VALUES}"
        usual = f"SELECT {column} FROM {self.relation} WHERE {column} IS NOT NULL LIMIT {ODD_VALUES}"
        values = [str(row[0]) for sql in (odd, usual) for row in self.con.execute(sql).fetchall()]
        guess = proposed(values) or TEXT
        if i in self.only_dates and not (guess.is_moment and not guess.nulls and not guess.padded):
            guess = TEXT
        if not guess.is_text:
            guess = self._tested(column, guess)
        (kept,) = self._one(f"SELECT count_if(NOT {guess.fits(column)}) FROM {self.relation}")
        if not guess.is_text and not kept:
            (count,) = self._one(f"SELECT count({guess.text(column)}) FROM {self.relation}")
            said = f"{count:,} of {count:,} values are {guess.describe()}"
            if _other_order(guess):
                self.kinds[i] = guess
                self.evidence.pop(i, None)
                self.settle_orders([i])
                return self.kinds[i], self.evidence.get(i, said)
            return guess, said
        if tried.empty:
            return TEXT, f"{filled:,} values"
        said = f"{filled - misfits:,} of {filled:,} values are {tried.describe()}"
        return TEXT, said + self._misfits(i, tried, misfits)

    def _tested(self, column: str, guess: Kind) -> Kind:
        """A guess from some values made exact: all words that mean nothing, and the sizes of all numbers."""
        text = replace(TEXT, padded=guess.padded).text(column)
        words = self._one(
            "SELECT "
            + ", ".join(f"count_if({text} = {literal(word)})" for word in NULL_WORDS)
            + f" FROM {self.relation}"
        )
        nulls = tuple(word for word, count in zip(NULL_WORDS, words, strict=True) if count)
        guess = replace(guess, nulls=nulls)
        if not guess.type.is_number:
            return guess
        rest = guess.text(column)
        plain = f"regexp_full_match({rest}, '-?(0|[1-9][0-9]*)?(\\.[0-9]+)?') AND {rest} <> '-'"
        scale = f"(CASE WHEN instr({rest}, '.') > 0 THEN strlen({rest}) - instr({rest}, '.') ELSE 0 END)"
        mantissa = f"ltrim(regexp_replace(regexp_replace({rest}, '[eE].*', ''), '[^0-9]', '', 'g'), '0')"
        row = self._one(
            f"SELECT count({rest}), count_if({plain}), max({scale}) FILTER ({plain}), min({scale}) FILTER ({plain})"
            f", max(strlen(ltrim(split_part({rest}, '.', 1), '-'))) FILTER ({plain}), max(strlen({mantissa}))"
            f", count_if({INTEGER.fits('r')}), count(*) FROM (SELECT *, {rest} AS r FROM {self.relation})"
        )
        count, plain_count, scale_max, scale_min, int_digits, digits, whole, total = (
            int(figure or 0) for figure in row
        )
        if whole == total:
            return replace(INTEGER, nulls=nulls, padded=guess.padded)
        kind = number_kind(
            int_digits=int_digits,
            scale=scale_max,
            least_scale=scale_min,
            digits=digits,
            exponents=plain_count != count,
        )
        return replace(kind, nulls=nulls, padded=guess.padded) if kind else TEXT

    def _misfits(self, i: int, kind: Kind, count: int) -> str:
        column = f"c{i + 1}"
        found = self.con.execute(
            f"SELECT {column}, n FROM (SELECT {column}, row_number() OVER () AS n FROM {self.relation})"
            f" WHERE NOT {kind.fits(column)} LIMIT 1"
        ).fetchone()
        if found is None:
            return ""
        line = self.line_of(int(found[1]))
        place = f"in line {line:,}" if line else f"in row {found[1]:,}"
        verb = "is" if count == 1 else "are"
        return f'; {count:,} {verb} not: "{str(found[0])[:80]}" {place}'

    def _one(self, sql: str) -> tuple[Any, ...]:
        return self.con.execute(sql).fetchone() or ()


def _other_order(kind: Kind) -> str | None:
    return next((other for day, other in OTHER_ORDER.items() if kind.format and kind.format.startswith(day)), None)


def _ordered(kind: Kind) -> tuple[Kind, Kind]:
    """The same kind with day first and with month first."""
    here = kind.format or ""
    other = (_other_order(kind) or "") + here[8:]
    day, month = (here, other) if here.startswith("%d") else (other, here)
    return replace(kind, format=day), replace(kind, format=month)


def record_types(
    receipt: Receipt,
    names: Sequence[str],
    kinds: Sequence[Kind],
    evidence: dict[int, str],
    emptied: dict[int, str],
    nulls: Sequence[int],
    rows: int,
) -> None:
    """One decision a column: its type, and how many values speak for it."""
    for i, (name, kind, empty) in enumerate(zip(names, kinds, nulls, strict=True)):
        filled = rows - empty
        if i in evidence:
            said = evidence[i]
        elif kind.type == TEXT.type:
            said = f"{filled:,} values, {empty:,} empty"
        else:
            said = f"{filled:,} of {filled:,} values are {kind.describe()}, {empty:,} empty"
        said += emptied.get(i, "")
        value = f"{kind.type} ({shown(kind.format)})" if kind.format else str(kind.type)
        receipt.decide(f"type of {name}", value, said)
