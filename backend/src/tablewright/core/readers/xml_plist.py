"""Property lists, as Apple's programs write them: the same tables as the equivalent JSON.

A dict's keys and the values behind them are elements in a row, so that no element by itself is a record. They are
written as JSON in a scratch file, and the JSON reader makes the tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import IO

from tablewright.core.readers.errors import TooDeep
from tablewright.core.readers.json_scan import MOST_LEVELS
from tablewright.core.readers.json_text import JsonReader
from tablewright.core.readers.model import Source, Table
from tablewright.core.readers.xml_parse import Document, End, Start

PLIST = "plist"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_VALUES = frozenset(("string", "integer", "real", "date", "data", "true", "false"))


class NotPlist(Exception):
    """The file has elements that no property list has, or has them in other places."""


def read_plist(source: Source, document: Document, parse: Callable[[Start, End, list[str]], object]) -> Iterable[Table]:
    """The tables of a property list. Raises NotPlist before the first of them."""
    target = source.context.scratch / "plist.json"
    with target.open("w", encoding="utf-8") as out:
        writer = _Writer(out)
        parse(writer.start, writer.end, writer.text)
    if not writer.written:
        raise NotPlist
    options = source.options.model_copy(update={"encoding": None})
    return _said(JsonReader().read(replace(source, path=target, options=options)), document, writer.version)


def _said(tables: Iterable[Table], document: Document, version: str) -> Iterable[Table]:
    encoding = document.encoding
    for table in tables:
        receipt = table.receipt
        receipt.decisions[:] = [one for one in receipt.decisions if one.what != "encoding"]
        receipt.decide(
            "encoding", encoding.name, encoding.evidence, key="encoding",
            confidence="assumed" if document.doubt else "certain",
        )  # fmt: skip
        said = "read as the equivalent JSON: each dict is an object of its keys and the values behind them"
        receipt.decide("property list", f"version {version}" if version else "no version", said)
        yield table


@dataclass
class _Open:
    """A dict or an array that is being written."""

    is_dict: bool
    count: int = 0
    has_key: bool = False


class _Writer:
    """Turns elements into JSON text as they come."""

    def __init__(self, out: IO[str]) -> None:
        self.text: list[str] = []
        self.version = ""
        self.written = 0
        """How many values stand in the list itself."""
        self._out = out
        self._open: list[_Open] = []
        self._value = ""
        """The element at hand, where it holds no others."""
        self._is_in = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._value:
            raise NotPlist
        self._blank()
        if not self._is_in:
            self._is_in, self.version = name == PLIST, attributes.pop("version", "")
            if not self._is_in or attributes:
                raise NotPlist
            return
        if attributes:
            raise NotPlist
        if name == "key":
            self._begin_key()
        elif name in ("dict", "array"):
            self._begin_value()
            if len(self._open) >= MOST_LEVELS:
                raise TooDeep(MOST_LEVELS)
            self._out.write("{" if name == "dict" else "[")
            self._open.append(_Open(name == "dict"))
        elif name in _VALUES:
            self._begin_value()
        else:
            raise NotPlist
        self._value = "" if name in ("dict", "array") else name

    def _begin_key(self) -> None:
        if not self._open or not self._open[-1].is_dict:
            raise NotPlist
        self._close_key()
        around = self._open[-1]
        self._out.write(",\n" if around.count else "")
        around.count, around.has_key = around.count + 1, True

    def _begin_value(self) -> None:
        if not self._open:
            self.written += 1
            if self.written > 1:
                raise NotPlist
            return
        around = self._open[-1]
        if around.is_dict != around.has_key:
            raise NotPlist
        if not around.is_dict:
            self._out.write(",\n" if around.count else "")
            around.count += 1
        around.has_key = False

    def _close_key(self) -> None:
        """A key without a value is written with null."""
        if self._open[-1].has_key:
            self._out.write("null")
            self._open[-1].has_key = False

    def end(self, name: str) -> None:
        if self._value:
            self._out.write(_json_of(name, "".join(self.text)) + (":" if name == "key" else ""))
            self.text.clear()
            self._value = ""
            return
        self._blank()
        if name != PLIST:
            self._close_key()
            self._out.write("}" if self._open.pop().is_dict else "]")

    def _blank(self) -> None:
        """No words stand between elements."""
        if "".join(self.text).strip():
            raise NotPlist
        self.text.clear()


def _json_of(name: str, text: str) -> str:
    """A single value as JSON text."""
    if name in ("true", "false"):
        if text.strip():
            raise NotPlist
        return name
    if name in ("integer", "real") and _NUMBER.fullmatch(text.strip()):
        return text.strip()
    return json.dumps("".join(text.split()) if name == "data" else text.strip() if name == "date" else text)
