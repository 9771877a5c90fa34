"""What `functions` defines, for people: the catalogue of the editor and the page of the guide."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tablewright.core.formulas.functions import FUNCTIONS
from tablewright.core.formulas.functions.model import CATEGORIES, Function, Outcome, Takes

SAMPLE: tuple[tuple[str, ...], tuple[tuple[Outcome, ...], ...]] = (
    ("Region", "Day", "Quantity", "Sales", "Profit", "Score", "Note", "Customer"),
    (
        ("North", date(2025, 1, 5), 2, Decimal("100.00"), Decimal("30.00"), 1.5, "a", 1),
        ("South", date(2025, 1, 20), 3, Decimal("250.00"), Decimal("20.00"), 2.5, None, 2),
        ("North", date(2025, 2, 11), 5, Decimal("300.00"), Decimal("-10.00"), 2.5, "b", 1),
        ("West", date(2025, 3, 2), 1, Decimal("50.00"), None, 4.0, "", 3),
        ("South", date(2025, 3, 30), 4, Decimal("300.00"), Decimal("60.00"), None, "c", 9),
    ),
)
"""The table of the examples."""


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Any]:
    """All functions as JSON values: categories, and for each function everything that an editor shows."""
    return {
        "categories": [{"id": key, "title": title} for key, title in CATEGORIES.items()],
        "functions": [_entry(each) for each in FUNCTIONS.values() if each.category != "operators"],
        "operators": [_entry(each) for each in FUNCTIONS.values() if each.category == "operators"],
    }


def _entry(function: Function) -> dict[str, Any]:
    return {
        "name": function.name,
        "aliases": list(function.aliases),
        "category": function.category,
        "level": function.level,
        "signature": function.signature,
        "description": function.description,
        "nulls": function.nulls,
        "parameters": [_parameter(each) for each in function.takes],
        "examples": [{"formula": each.formula, "result": result_words(each.result)} for each in function.examples],
        "spreadsheet": function.spreadsheet,
        "difference": function.difference,
        "on_spark": not function.not_on_spark,
    }


def _parameter(takes: Takes) -> dict[str, Any]:
    return {
        "name": takes.name,
        "accepts": takes.accepts.value.strip(),
        "words": takes.words,
        "required": takes.required,
        "repeats": takes.repeats,
        "constant": takes.constant,
        "default": None if takes.default is None else result_words(takes.default),
        "among": list(takes.among),
    }


def result_words(result: Outcome | tuple[Outcome, ...]) -> str:
    """A result as it is printed: text in quotes, no value as —."""
    if isinstance(result, tuple):
        return ", ".join(result_words(each) for each in result)
    if result is None:
        return "—"
    if isinstance(result, bool):
        return "TRUE" if result else "FALSE"
    if isinstance(result, str):
        return f'"{result}"'
    if isinstance(result, float):
        return format(result, ".15g")
    if isinstance(result, datetime):
        return result.isoformat(sep=" ")
    return result.isoformat() if isinstance(result, date | time) else str(result)


def page() -> str:
    """The page of all functions, in Markdown."""
    functions = [each for each in FUNCTIONS.values() if each.category != "operators"]
    lines = [
        "# Functions",
        "",
        "<!-- Written by scripts/function_docs.py from the definitions in core/formulas/functions. Do not edit. -->",
        "",
        f"All {len(functions)} functions of [formulas](formulas.md). Every example here is a test. Arguments in square "
        "brackets may be left out; … means that the last ones may be repeated. — is no value.",
        "",
        "Examples with columns are over this table, in this order, and TODAY is 2025-06-15:",
        "",
        *_sample(),
        "",
        " · ".join(f"[{title}](#{_anchor(title)})" for title in CATEGORIES.values()),
        "",
        "## Operators",
        "",
        "| operator | what it does | example | result |",
        "|---|---|---|---|",
    ]
    for each in FUNCTIONS.values():
        if each.category == "operators":
            example = each.examples[0]
            lines.append(
                f"| {_code(each.shown)} | {_cell(each.description)} | {_code(example.formula)} | "
                f"{_cell(result_words(example.result))} |"
            )
    for key, title in CATEGORIES.items():
        lines += ["", f"## {title}"]
        for each in functions:
            if each.category == key:
                lines += ["", *_section(each)]
    return "\n".join(lines) + "\n"


def _section(function: Function) -> list[str]:
    lines = [f"### {function.name}", "", f"{_code(function.signature)}: {function.description}", ""]
    for takes in function.takes:
        words = [takes.accepts.value.strip()]
        if takes.words:
            words.append(takes.words)
        if takes.default is not None:
            words.append(f"{result_words(takes.default)} when left out")
        if takes.constant:
            words.append("written in the formula itself")
        lines.append(f"- {takes.name}: {'; '.join(words)}")
    if function.takes:
        lines.append("")
    lines += ["| example | result |", "|---|---|"]
    lines += [f"| {_code(each.formula)} | {_cell(result_words(each.result))} |" for each in function.examples]
    notes = [function.nulls]
    if function.aliases:
        notes.append(f"Also called {', '.join(function.aliases)}.")
    if function.difference:
        notes.append(f"Unlike spreadsheets: {function.difference}")
    elif function.spreadsheet:
        notes.append("As in spreadsheets.")
    if function.not_on_spark:
        notes.append(f"Computed by DuckDB, also where Spark answers: {function.not_on_spark}.")
    return [*lines, "", " ".join(notes)]


def _sample() -> list[str]:
    head, rows = SAMPLE
    shown = [["—" if cell is None else str(cell) for cell in row] for row in rows]
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *(f"| {' | '.join(row)} |" for row in shown)]


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
