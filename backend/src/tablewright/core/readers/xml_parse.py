"""Reading XML safely: the stream of one document's elements, with bounds on what its entities may become."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from tablewright.core.errors import TooLarge
from tablewright.core.readers.encoding import Encoding
from tablewright.core.readers.errors import EntityBomb, TooDeep
from tablewright.core.readers.model import Source
from tablewright.core.readers.xml_names import unescaped, unescaped_name

BLOCK = 1 << 18
LARGEST_TEXT = 16 << 20
MOST_EXPANSION = 1 << 20
"""Characters that one entity may become, and all of them together on top of four times what was read."""
DEEPEST_ENTITY = 20
DEEPEST = 1000
"""Elements within one another."""
SEPARATOR = "\f"
"""Between namespace and name; no XML text can hold it."""
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Feed = Callable[[expat.XMLParserType, bytes], None]
_REFERENCE = re.compile(r"&([^\s#;&]+);")


@dataclass(frozen=True)
class Document:
    """A file of XML that expat can read."""

    path: Path
    encoding: Encoding
    codec: str | None = None
    """What expat is told; None to let it see for itself."""
    escaped: bool = False
    """Whether letters outside of ASCII are written as `xml_names` does."""
    doubt: str = ""
    """Why the encoding may be another."""


@dataclass
class Seen:
    """What a pass meets besides elements and text."""

    prefixes: dict[str, str] = field(default_factory=dict)
    """The first prefix of each namespace."""
    unresolved: dict[str, None] = field(default_factory=dict)
    """Entities that are defined outside of the file, if at all."""
    ambiguous: bool = False
    """Whether one prefix stands for several namespaces."""
    has_type: bool = False
    """Whether there is a document type declaration."""


class Malformed(Exception):
    """Expat refuses the text, at a byte of what it was given."""

    def __init__(self, error: expat.ExpatError, byte: int) -> None:
        super().__init__(str(error))
        self.error, self.byte = error, byte


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(SEPARATOR)[2]


def parse(
    source: Source,
    document: Document,
    start: Start,
    end: End,
    text: list[str],
    *,
    seen: Seen | None = None,
    limit: int | None = None,
    feed: Feed | None = None,
) -> bool:
    """Call the handlers for every element; character data is appended to `text`, which they empty.

    Stops after about `limit` bytes; returns whether the whole file was read. External entities and DTDs are never
    fetched; what refers to them stays in the text as it is written. `feed` may take over how the parser is fed.
    Raises Malformed and EntityBomb; says the place of the TooDeep of a handler.
    """
    seen = seen if seen is not None else Seen()
    parser = expat.ParserCreate(document.codec, SEPARATOR)
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    if document.escaped:
        start, end = _unescaping(start, end, text)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text.append

    def unresolved(name: str) -> None:
        seen.unresolved[name] = None
        text.append(f"&{name};")

    def external(context: str, *_where: Any) -> int:
        unresolved(next((part for part in reversed(context.split(SEPARATOR)) if "=" not in part), "entity"))
        return 1

    def skipped(name: str, is_parameter: bool) -> None:
        if not is_parameter:
            unresolved(name)

    def declared(prefix: str | None, uri: str | None) -> None:
        known = by_prefix.setdefault(prefix or "", uri or "")
        seen.ambiguous = seen.ambiguous or known != (uri or "")
        if uri:
            seen.prefixes.setdefault(uri, prefix or "")

    def typed(*_names: Any) -> None:
        seen.has_type = True

    by_prefix: dict[str, str] = {}
    parser.StartDoctypeDeclHandler = typed
    parser.ExternalEntityRefHandler = external
    parser.SkippedEntityHandler = skipped
    parser.StartNamespaceDeclHandler = declared
    _Guard(parser, start, text)
    done, size = 0, document.path.stat().st_size
    with document.path.open("rb") as file:
        try:
            while block := file.read(BLOCK if feed is None else 8 * BLOCK):
                if feed is None:
                    parser.Parse(block, False)
                else:
                    feed(parser, block)
                done += len(block)
                if len(text) > 1 and sum(map(len, text)) > LARGEST_TEXT:
                    raise TextTooLong
                if limit is not None and done >= limit and done < size:
                    return False
                source.tell_read(done, size)
            if feed is None:
                parser.Parse(b"", True)
            else:
                feed(parser, b"")
        except expat.ExpatError as error:
            raise Malformed(error, parser.ErrorByteIndex) from None
        except TooDeep:
            if feed is not None or document.path != source.path:
                raise  # what the parser was given is not what the file holds
            raise TooDeep(DEEPEST, line=parser.CurrentLineNumber, byte=parser.CurrentByteIndex) from None
        finally:
            parser.StartElementHandler = parser.EndElementHandler = None  # the handlers hold on to the parser
            parser.CharacterDataHandler = None
    return True


class _Guard:
    """Watches a document that declares entities or default values; others cost nothing."""

    def __init__(self, parser: expat.XMLParserType, start: Start, text: list[str]) -> None:
        self._parser, self._start, self._text = parser, start, text
        self._values: dict[str, str] = {}
        self._has_defaults = False
        self._grown = 0
        parser.EntityDeclHandler = self._entity
        parser.AttlistDeclHandler = self._attribute
        parser.EndDoctypeDeclHandler = self._begin

    def _entity(self, name: str, is_parameter: bool, value: str | None, *_rest: Any) -> None:
        if not is_parameter and value is not None:
            self._values.setdefault(name, value)

    def _attribute(self, _element: str, _name: str, _type: str, default: str | None, _required: bool) -> None:
        self._has_defaults = self._has_defaults or default is not None

    def _begin(self) -> None:
        sizes: dict[str, tuple[int, int]] = {}
        for name in self._values:
            self._measure(name, sizes)
        if self._values or self._has_defaults:
            self._parser.StartElementHandler = self._watched_start
            self._parser.CharacterDataHandler = self._watched_text

    def _measure(self, name: str, sizes: dict[str, tuple[int, int]]) -> None:
        """Characters and levels of an entity written out, without writing it out."""
        waiting = [name]
        open_now: set[str] = set()
        while waiting:
            current = waiting[-1]
            value = self._values[current]
            inner = [one for one in _REFERENCE.findall(value) if one in self._values]
            missing = [one for one in dict.fromkeys(inner) if one not in sizes and one not in open_now]
            if missing and current not in sizes:
                open_now.add(current)
                waiting.extend(missing)
                continue
            waiting.pop()
            open_now.discard(current)
            if current in sizes:
                continue
            known = [sizes.get(one, (0, 0)) for one in inner]
            sizes[current] = len(value) + sum(one[0] for one in known), 1 + max((one[1] for one in known), default=0)
            if sizes[current][0] > MOST_EXPANSION or sizes[current][1] > DEEPEST_ENTITY:
                raise EntityBomb(
                    f"The entity &{current}; of the XML text becomes {sizes[current][0]:,} characters over "
                    f"{sizes[current][1]} levels; at most {MOST_EXPANSION:,} over {DEEPEST_ENTITY} are accepted.",
                    line=self._parser.CurrentLineNumber,
                )

    def _watched_start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            self._grow(sum(map(len, attributes.values())))
        self._grow(len(name.rpartition(SEPARATOR)[2]))
        self._start(name, attributes)

    def _watched_text(self, value: str) -> None:
        self._grow(len(value))
        self._text.append(value)

    def _grow(self, size: int) -> None:
        self._grown += size
        if self._grown > MOST_EXPANSION and self._grown > MOST_EXPANSION + 4 * self._parser.CurrentByteIndex:
            raise EntityBomb(
                f"The entities of the XML text have become {self._grown:,} characters by line "
                f"{self._parser.CurrentLineNumber:,}: that is out of proportion, so nothing was loaded.",
                line=self._parser.CurrentLineNumber,
            )


def _unescaping(start: Start, end: End, text: list[str]) -> tuple[Start, End]:
    """The same handlers for a document in which letters are written as `xml_names` does."""

    def words() -> None:
        if text:
            text[:] = [unescaped("".join(text))]

    def other_start(name: str, attributes: dict[str, str]) -> None:
        words()
        start(_name(name), {_name(key): unescaped(value) for key, value in attributes.items()})

    def other_end(name: str) -> None:
        words()
        end(_name(name))

    return other_start, other_end


def _name(name: str) -> str:
    space, separator, own = name.rpartition(SEPARATOR)
    return unescaped(space) + separator + unescaped_name(own)


class TextTooLong(TooLarge):
    def __init__(self) -> None:
        super().__init__(f"The XML text holds a value of more than {LARGEST_TEXT >> 20} MiB.")
