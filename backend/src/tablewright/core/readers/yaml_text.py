"""YAML: the same tables as the equivalent JSON.

The events of the YAML text are written as JSON in a scratch file, and the JSON reader makes the tables. A plain
value is a number, true, false or null where JSON would write it so, and a number as `0x1F`, `0o17` or `.5`; `no`,
`007`, `1_000`, `1e3`, `.nan` and `12:30:45` stay text, and no tag makes anything happen. libyaml streams the events; a
strict parser of YAML 1.2 has the last word on whether a text of moderate size is YAML, and its reading counts where
libyaml refuses what YAML allows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import yaml
import yaml12
from yaml.reader import ReaderError

from tablewright.core.readers import encoding as encodings
from tablewright.core.readers.errors import NOTHING_LOADED, EntityBomb, FileDamaged, TooDeep
from tablewright.core.readers.json_text import JsonReader
from tablewright.core.readers.landing import Landing
from tablewright.core.readers.model import Receipt, Source, Table
from tablewright.core.readers.words import named_as_version
from tablewright.core.readers.xml_names import not_utf8

DEEPEST = 200
LARGEST_JUDGED = 8 << 20
"""Characters up to which the strict parser reads the whole text too."""
LARGEST_ALONE = 256 << 10
"""Characters up to which the strict parser may stand in for libyaml."""
MOST_ALIASES_ALONE = 10
LONGEST_KEY = 100_000
"""Characters of a list or mapping that is a key: keys within keys double with every level, as marks are escaped."""
MOST_EXPANDED = 1_000_000
"""Values that aliases may stand for, all together."""
_LINE = re.compile(r"[^\n]*\n?")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_BASED = re.compile(r"0x(0|[1-9a-fA-F][0-9a-fA-F]{0,15})|0o(0|[1-7][0-7]{0,21})")
"""Whole numbers in base 16 or 8, by the core schema of YAML 1.2; with zeros in front they may be codes."""
_SCIENTIFIC = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+[eE][+-][0-9]+")
"""A power of ten with a point and a sign: a number in every version of YAML, as no code is (`12e5`, `1e10`)."""
_NO_WHOLE = re.compile(r"(-?)(\.[0-9]+)")
_LARGEST = (1 << 63) - 1
_WORDS = {"true": "true", "True": "true", "TRUE": "true", "false": "false", "False": "false", "FALSE": "false",
          "null": "null", "Null": "null", "NULL": "null", "~": "null", "": "null"}  # fmt: skip
_KEY = re.compile(
    r"""(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[^\s\-?:,\[\]{}#&*!|>'"%@`;\t][^:#,;|\t\n]{0,120}|[\-?:][^\s:#,;|][^:#,;|\t\n]{0,120})\s*:(?:\s|$)"""
)
_ITEM = re.compile(r"-(?:[ \t]|$)")
_MARKER = re.compile(r"---(?:\s|$)")
_DIRECTIVE = re.compile(r"%(YAML\s+\d|TAG\s+!)")
_TAGGED = re.compile(r"(?:!!?[A-Za-z<][^\s,;|]*|&[^\s,;|]+)(?:\s|$)")
_ALIAS = re.compile(r"(?:^|[\s\[{,:\-])\*[^\s,\[\]{}]")


_TAB_BEHIND_KEY = "':' must be followed by a valid YAML whitespace"
Place = tuple["Place", str] | None
"""A value by its key and the place around it."""


class YamlReader:
    format = "yaml"

    def claims(self, path: Path, head: bytes) -> bool:
        size = path.stat().st_size
        known = encodings.of_head(head, size) or encodings.Encoding("utf-8", "")
        try:
            text = head[known.mark_bytes :].decode(known.name, "strict" if len(head) == size else "ignore")
        except UnicodeDecodeError:
            return False
        if "\0" in text:
            return False
        if len(head) < size:
            text = text[: text.rfind("\n") + 1] or text
        return _looks_so(text)

    def read(self, source: Source) -> Iterable[Table]:
        text_file, encoding = _as_utf8(source)
        with text_file.open(encoding="utf-8", newline="") as file:
            size = text_file.stat().st_size
            text = file.read() if size <= LARGEST_JUDGED else None
        target = source.context.scratch / "yaml.json"
        written = _written(source, text_file, text, target)
        yield from _tables(source, target, written, encoding)


def _looks_so(text: str) -> bool:
    """Whether a text shows the signs of YAML; prose and delimited text read as YAML too, so signs are needed."""
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return False
    first = lines[0]
    if _DIRECTIVE.match(first) or _TAGGED.match(first):
        return True
    if _MARKER.match(first):
        return bool(first[3:].strip(" \t-=|+")) or not first[3:].strip()
    if first.lstrip()[0] in "{[" or first.startswith("? "):
        return lines[-1].rstrip()[-1:] in "}]" and _reads(text) if first.lstrip()[0] in "{[" else True
    top = [line for line in lines if line[0] not in " \t"]
    if not top:
        return bool(_KEY.match(first.lstrip()) or _ITEM.match(first.lstrip())) and _reads(text)
    keys = [line for line in top if _KEY.match(line)]
    items = [line for line in top if _ITEM.match(line)]
    others = len(top) - len(keys) - len(items) - sum(map(_ends_or_closes, top))
    below = [(above, line) for above, line in pairwise(lines) if above in keys and line[0] in " \t"]
    if others > 0:
        structured = any(_KEY.match(line.lstrip()) or _ITEM.match(line.lstrip()) for _, line in below)
        return structured and others * 2 <= len(keys) + len(items)
    if items and not keys:
        return not _delimited(items)
    names = [line.split(":", 1)[0].strip() for line in keys]
    return bool(below or (keys and items)) or (bool(keys) and len(set(names)) == len(names) and _reads(text))


def _ends_or_closes(line: str) -> bool:
    return line[0] in "]}?:" or line.startswith(("---", "..."))


def _delimited(items: list[str]) -> bool:
    """Whether lines that begin with a dash are rather rows of delimited text."""
    if len(items) < 2 or any(": " in item for item in items):
        return False
    return any(min(item.count(sign) for item in items) > 0 and len({item.count(sign) for item in items}) == 1
               for sign in ",;\t|")  # fmt: skip


def _reads(text: str) -> bool:
    """Whether libyaml reads the text, or its beginning, as a collection."""
    first = None
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            if first is None and isinstance(event, yaml.NodeEvent):
                first = event
    except yaml.YAMLError:
        return False
    return isinstance(first, yaml.CollectionStartEvent)


def _as_utf8(source: Source) -> tuple[Path, encodings.Encoding]:
    with source.path.open("rb") as file:
        head = file.read(64 << 10)
    told = source.options.encoding
    known = encodings.of_head(head, source.path.stat().st_size)
    if told is not None:
        known = encodings.Encoding(told, "as told", known.mark_bytes if known else 0)
    if known is None:
        bad = not_utf8(source.path)
        if bad is not None:
            raise FileDamaged(
                f"The YAML text is not valid UTF-8 at byte {bad:,}. Save it as UTF-8, or say its encoding.", byte=bad
            )
        return source.path, encodings.Encoding("utf-8", "every byte of the file is valid UTF-8")
    target = source.context.scratch / "utf8.yaml"
    encodings.transcode(source.path, known, target)
    return target, known


@dataclass
class _Written:
    """What was written as JSON: a document a line, or one array with an element a line."""

    documents: int = 0
    kinds: tuple[str, ...] = ()
    """The different kinds of documents: map, list, value."""
    scalars: tuple[str | None, ...] = ()
    """The documents, when they are all single values."""
    tags: tuple[str, ...] = ()
    doubled: tuple[tuple[str, int], ...] = ()
    """Keys that occur twice in one mapping, with their lines."""
    based: str = ""
    """The first number in base 16 or 8."""
    doubt: str = ""


def _written(source: Source, path: Path, text: str | None, target: Path) -> _Written:
    """The documents of a YAML text as JSON in `target`. Raises FileDamaged, EntityBomb and TooDeep."""
    texts: frozenset[Place] = frozenset()
    try:
        while True:
            with path.open("rb") as stream, target.open("w", encoding="utf-8") as out:
                composer = _Composer(out, texts)
                written = composer.run(yaml.parse(stream, Loader=yaml.CBaseLoader), source, path.stat().st_size)
            if not (mixed := composer.strings & composer.typed):
                break
            texts |= mixed  # once more: a column of words and numbers is text, every value as it is written
    except yaml.YAMLError as error:
        return _by_judge(text, target, error)
    if text is not None:
        _judge(text)
    return written


def _judge(text: str) -> Any:
    """What the strict parser reads. Raises FileDamaged with its words."""
    try:
        return yaml12.parse_yaml(text, multi=True)
    except ValueError as error:
        words = str(error).removeprefix("YAML parse error: ")
        if "recursion limit" in words:
            raise TooDeep(DEEPEST) from None
        if _TAB_BEHIND_KEY in words and re.search(r":\t", text):
            return None  # YAML allows a tab there, and libyaml has read the text
        place = re.search(r" at byte \d+ line (\d+) column (\d+)", words)
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        where = f" in line {line:,}, column {column:,}" if line and column else ""
        raise FileDamaged(
            f"The text is not well-formed YAML: {words[: place.start()] if place else words}{where}. {NOTHING_LOADED}",
            line=line,
            position=column,
        ) from None


def _by_judge(text: str | None, target: Path, error: yaml.YAMLError) -> _Written:
    """The strict parser's reading of a text that libyaml refuses."""
    if text is not None and len(text) <= LARGEST_ALONE and len(_ALIAS.findall(text)) <= MOST_ALIASES_ALONE:
        try:
            documents = _judge(text)
        except (FileDamaged, TooDeep):
            documents = None  # libyaml says better where it is
        if documents is None:
            raise _refused(error, text) from None
        with target.open("w", encoding="utf-8") as out:
            out.writelines(_json_of(document) + "\n" for document in documents)
        kinds = tuple(dict.fromkeys(_kind_of(document) for document in documents))
        scalars = tuple(None if one is None else str(_bare(one)) for one in documents) if kinds == ("value",) else ()
        doubt = "the YAML text was read by its strict parser alone: numbers may be written otherwise than in the file"
        return _Written(len(documents), kinds, scalars, doubt=doubt)
    raise _refused(error, text) from None


def _refused(error: yaml.YAMLError, text: str | None) -> FileDamaged:
    mark = getattr(error, "problem_mark", None)
    words = str(getattr(error, "problem", None) or error).splitlines()[0]
    lines = (text or "").split("\n")
    if mark and mark.line < len(lines) and lines[mark.line][mark.column :].startswith("\t"):
        words = "a tab where only blanks may stand,"
    if isinstance(error, ReaderError):
        words = f"{error.reason} at byte {error.position:,}"
        return FileDamaged(f"The text is not well-formed YAML: {words}. {NOTHING_LOADED}", byte=error.position)
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    where = f" in line {line:,}, column {column:,}" if line and column else ""
    return FileDamaged(
        f"The text is not well-formed YAML: {words}{where}. {NOTHING_LOADED}",
        line=line,
        position=column,
    )


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, yaml12.Yaml) else value


def _kind_of(value: Any) -> str:
    value = _bare(value)
    return "map" if isinstance(value, dict) else "list" if isinstance(value, list) else "value"


def _json_of(value: Any) -> str:
    """JSON of what the strict parser gives; its depth is bounded by that parser."""
    value = _bare(value)
    if isinstance(value, dict):
        pairs = (f"{json.dumps(_key_of(key))}:{_json_of(item)}" for key, item in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json_of, value)) + "]"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return json.dumps(str(value))
    return json.dumps(value)


def _key_of(value: Any) -> str:
    value = _bare(value)
    if isinstance(value, str):
        return value
    text = _json_of(value)
    _refuse_long_key(text)
    return text


def _refuse_long_key(text: str, line: int | None = None) -> None:
    if len(text) > LONGEST_KEY:
        place = f" that begins in line {line:,}" if line else ""
        raise EntityBomb(
            f"A list or mapping{place} is the key of another and has more than {LONGEST_KEY:,} characters. "
            "Write keys as plain words.",
            **({"line": line} if line else {}),
        )


@dataclass
class _Frame:
    """A list or mapping that is being composed; its finished values are JSON texts."""

    is_map: bool
    anchor: str | None
    values: list[str]
    pairs: dict[str, str]
    key: str | None = None
    merged: bool = False
    line: int = 0
    path: Place = None
    numbers: dict[str, int] = field(default_factory=dict)
    """How often keys were given that are given again."""
    given: dict[str, str] = field(default_factory=dict)
    """What merge keys bring in; its own keys have precedence."""


def _number(value: str) -> str | None:
    """A plain value as a number of JSON; None when it is none."""
    if _BASED.fullmatch(value):
        number = int(value, 0)
        return str(number) if number <= _LARGEST else None
    if found := _NO_WHOLE.fullmatch(value):
        return f"{found[1]}0{found[2]}"
    plain = _NUMBER.fullmatch(value) and "e" not in value.lower()
    return value if plain or _SCIENTIFIC.fullmatch(value) else None


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


class _Composer:
    """Turns events into JSON texts, without recursion; the elements of a file's one list are written at once."""

    def __init__(self, out: IO[str], texts: frozenset[Place]) -> None:
        self._out, self._texts = out, texts
        self.strings: set[Place] = set()
        """Where strings stand, and where (`typed`) numbers and truth values do: what is in both becomes text."""
        self.typed: set[Place] = set()
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[str, dict[str, str] | None]] = {}
        self._expanded = 0
        self._tags: dict[str, None] = {}
        self._doubled: list[tuple[str, int]] = []
        self._based = ""
        self._kinds: dict[str, None] = {}
        self._scalars: list[str | None] = []
        self._streams = False
        self._elements = 0

    def run(self, events: Iterator[yaml.Event], source: Source, size: int) -> _Written:
        documents = 0
        for step, event in enumerate(events):
            if step % 65536 == 65535 and event.start_mark is not None:
                source.tell_read(min(size, event.start_mark.index), size)
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event, isinstance(event, yaml.MappingStartEvent), first=documents == 1)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                self._anchors.clear()
        kinds = tuple(self._kinds)
        scalars = tuple(self._scalars) if kinds == ("value",) else ()
        return _Written(documents, kinds, scalars, tuple(self._tags), tuple(self._doubled[:20]), self._based)

    def _open(self, event: yaml.CollectionStartEvent, is_map: bool, *, first: bool) -> None:
        self._note(event.tag)
        if len(self._frames) >= DEEPEST:
            raise TooDeep(DEEPEST, line=_line(event))
        if not self._frames and not is_map and event.anchor is None and first:
            self._streams = True
            self._elements = 0
            self._out.write("[")
        around = self._frames[-1] if self._frames else None
        path = around.path if around else None
        if around is not None and around.key is not None:
            path = (path, around.key)
        self._frames.append(_Frame(is_map, event.anchor, [], {}, line=_line(event), path=path))

    def _close(self) -> None:
        frame = self._frames.pop()
        if self._streams and not self._frames:
            self._streams = False
            self._out.write("]\n")
            self._kinds["list"] = None
            return
        if frame.is_map:
            frame.pairs = {**frame.given, **frame.pairs}
            text = "{" + ",".join(f"{json.dumps(key)}:{value}" for key, value in frame.pairs.items()) + "}"
        else:
            text = "[" + ",".join(frame.values) + "]"
        if frame.anchor is not None:
            self._anchors[frame.anchor] = text, frame.pairs if frame.is_map else None
        self._place(text, text, "map" if frame.is_map else "list", frame.line, frame.pairs if frame.is_map else None)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._note(event.tag)
        value: str = event.value
        own = event.tag is None or (
            event.tag.startswith("tag:yaml.org,2002:") and not event.tag.endswith((":str", ":binary"))
        )
        text = None
        if own and (not event.style or event.tag):
            text = _WORDS.get(value) or _number(value)
        if text != "null" and self._frames and (key := self._frames[-1].key) is not None:
            if text is not None and "." in text and named_as_version(key):
                text = None  # of the versions 1.10 and 1.1 the first is the later one
            place = (self._frames[-1].path, key)
            if place in self._texts:
                text = None
            (self.strings if text is None else self.typed).add(place)
        if text is None:
            text = json.dumps(value)
        elif _BASED.fullmatch(value):
            self._based = self._based or value
        if event.anchor is not None:
            self._anchors[event.anchor] = text, None
        self._place(text, value, "value", _line(event), None, plain=not event.style)

    def _alias(self, event: yaml.AliasEvent) -> None:
        line = _line(event)
        if event.anchor not in self._anchors:
            raise FileDamaged(f"The alias *{event.anchor} in line {line:,} stands for nothing before it.", line=line)
        text, pairs = self._anchors[event.anchor]
        self._expanded += len(text)
        if self._expanded > MOST_EXPANDED:
            raise EntityBomb(
                f"The aliases of the YAML text have become {self._expanded:,} characters by line {line:,}; at most "
                f"{MOST_EXPANDED:,} are accepted.",
                line=line,
            )
        key = json.loads(text) if text.startswith('"') else text
        self._place(text, key, "map" if pairs is not None else "value", line, pairs)

    def _note(self, tag: str | None) -> None:
        usual = tag is None or tag == "!" or (tag.startswith("tag:yaml.org,2002:") and "/" not in tag)
        if tag is not None and not usual and len(self._tags) < 20:
            self._tags[tag[:100]] = None

    def _place(
        self, text: str, key: str, kind: str, line: int, pairs: dict[str, str] | None, *, plain: bool = False
    ) -> None:
        """A finished value: the next document, element, key or value."""
        if not self._frames:
            self._kinds[kind] = None
            if kind == "value":
                self._scalars.append(None if text == "null" else key)
            self._out.write(text + "\n")
            return
        frame = self._frames[-1]
        if not frame.is_map:
            if self._streams and len(self._frames) == 1:
                self._out.write((",\n" if self._elements else "") + text)
                self._elements += 1
            else:
                frame.values.append(text)
            return
        if frame.key is None:
            if kind != "value":
                _refuse_long_key(key, line)
            frame.key, frame.merged = key, plain and key == "<<"
            return
        name, frame.key = frame.key, None
        if frame.merged and (given := self._merged(pairs, text)) is not None:
            for own, brought in given.items():
                frame.given.setdefault(own, brought)
            return
        if name in frame.pairs and not frame.merged:
            self._doubled.append((name, line))
            number = frame.numbers.get(name, 1) + 1
            while f"{name} ({number})" in frame.pairs:
                number += 1
            frame.numbers[name] = number
            name = f"{name} ({number})"
        frame.pairs[name] = text

    def _merged(self, pairs: dict[str, str] | None, text: str) -> dict[str, str] | None:
        """What a merge key brings in; None when its value is no mapping or list of mappings."""
        if pairs is not None:
            return pairs
        given = json.loads(text) if text.startswith("[") else None
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            return None
        result: dict[str, str] = {}
        for one in given:
            for key, value in one.items():
                result.setdefault(key, json.dumps(value))
        return result


def _tables(source: Source, target: Path, written: _Written, encoding: encodings.Encoding) -> Iterable[Table]:
    tables: Iterable[Table]
    if written.kinds in ((), ("value",)):
        tables = [_values(source, written.scalars)]
    else:
        if written.documents > 1 and written.kinds != ("map",):
            target = _as_array(target)
        tables = JsonReader().read(
            replace(source, path=target, options=source.options.model_copy(update={"encoding": None}))
        )
    for index, table in enumerate(tables):
        receipt = table.receipt
        receipt.decisions[:] = [one for one in receipt.decisions if one.what != "encoding"]
        receipt.decide("encoding", encoding.name, encoding.evidence, key="encoding")
        if index == 0:
            _say(receipt, written)
        yield table


def _say(receipt: Receipt, written: _Written) -> None:
    if written.documents > 1:
        receipt.decide("documents", str(written.documents), "the YAML text has several; each is a record")
    if written.tags:
        receipt.decide(
            "tags", "not followed", "the values are kept as they are written: " + ", ".join(written.tags[:10])
        )
    if written.based:
        said = f"as YAML 1.2 reads them: {written.based} is {int(written.based, 0):,}"
        receipt.decide("numbers in base 16 or 8", "numbers", said, confidence="likely")
    for key, line in written.doubled:
        receipt.warn(f'the key "{key}" occurs twice in one mapping; the second is kept under another name', line=line)
    if written.doubt:
        receipt.warn(written.doubt)


def _as_array(lines: Path) -> Path:
    """The documents, one a line, as one JSON array."""
    target = lines.with_name("documents.json")
    with lines.open(encoding="utf-8") as source, target.open("w", encoding="utf-8") as out:
        begin = "["
        document: list[str] = []
        for line in source:
            document.append(line)
            if not line.endswith(",\n"):
                out.write(begin + "".join(document).rstrip("\n"))
                begin, document = ",\n", []
        out.write("]\n")
    return target


def _values(source: Source, values: tuple[str | None, ...]) -> Table:
    """A table of single values: documents that are neither lists nor mappings."""
    receipt = Receipt(rows_seen=len(values))
    landing = Landing(source, 1)
    for value in values:
        landing.add([value])
    receipt.decide("record", "document", "the YAML text holds neither lists nor mappings")
    return landing.table(source.stem, ["value"], receipt)
