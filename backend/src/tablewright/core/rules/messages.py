"""Message templates: text in which placeholders are filled with values. Never a template language.

A placeholder is a name in braces: a column of the row or of the answer (`{Region}`, or `{#c3}` by its id, as it is
stored so that renaming breaks nothing), or one of the words of the rule's own kind (`{value}`, `{before}`, `{change}`,
`{period}`, `{rule}`). `{{` and `}}` are braces. What is no placeholder is shown as it stands: nothing is looked up,
called or computed, and a value with braces in it is not looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from tablewright.core.tables.schema import Column

LONGEST_VALUE = 200
LONGEST_MESSAGE = 1_000
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]{1,200})\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with each known placeholder replaced, on one line and of bounded length."""

    def value(name: str) -> str | None:
        return shown(values[name]) if name in values else None

    return shown(_replaced(template, value, braces=True), LONGEST_MESSAGE)


def stored(template: str, columns: Iterable[Column]) -> str:
    """The template with column names as ids."""
    ids = {column.name: f"{{#{column.id}}}" for column in columns}
    return _replaced(template, ids.get)


def readable(template: str, columns: Iterable[Column]) -> str:
    """The template with ids as column names: what `stored` was made of."""
    names = {f"#{column.id}": f"{{{column.name}}}" for column in columns if not set(column.name) & set("{}")}
    return _replaced(template, names.get)


def unknown(template: str, known: Iterable[str]) -> list[str]:
    """The placeholders that nothing fills, in order."""
    taken = set(known)
    names = [match[1] for match in _PLACEHOLDER.finditer(template) if match[1] is not None]
    return list(dict.fromkeys(name for name in names if name not in taken))


def columns_named(template: str) -> frozenset[str]:
    """Ids of columns that a stored template names."""
    names = (match[1] or "" for match in _PLACEHOLDER.finditer(template))
    return frozenset(name[1:] for name in names if re.fullmatch(r"#c[1-9][0-9]{0,4}", name))


def shown(text: str, longest: int = LONGEST_VALUE) -> str:
    """Text on one line, cut with an ellipsis."""
    line = _CONTROL.sub(" ", text.encode("utf-8", "replace").decode())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _replaced(template: str, by: Callable[[str], str | None], *, braces: bool = False) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0] if braces else match[0]
        found = by(match[1])
        return match[0] if found is None else found

    return _PLACEHOLDER.sub(one, template)
