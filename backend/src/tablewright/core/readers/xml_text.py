"""XML: the elements that repeat are the records.

The file is read as a stream by expat. A survey of its first mebibytes finds the shape (see `trees`); then one pass
fills the tables. Where the rest of the file has another shape than its beginning, the survey is done on all of it
and the pass begins anew. Nothing outside of the file is ever fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from tablewright.core.readers import encoding as encodings
from tablewright.core.readers import xml_names
from tablewright.core.readers.errors import (
    NOTHING_LOADED,
    EntityBomb,
    FileDamaged,
    NotATable,
    SheetTooLarge,
    TooManyColumns,
)
from tablewright.core.readers.landing import Landing
from tablewright.core.readers.model import Link, Receipt, Source, Table
from tablewright.core.readers.trees import Plan, Shape, planned
from tablewright.core.readers.xml_fill import Surprise, Survey, filler
from tablewright.core.readers.xml_grids import Grids, grids_in, is_empty
from tablewright.core.readers.xml_pairs import OutOfTurn, renamed
from tablewright.core.readers.xml_parse import Document, Malformed, local, parse
from tablewright.core.readers.xml_plist import PLIST, NotPlist, read_plist
from tablewright.core.readers.xml_runs import Runs
from tablewright.core.readers.xml_sheets import WORKBOOK, Page, is_html, read_grids, read_html, read_workbook
from tablewright.core.readers.xml_tags import rows_by_tag

SURVEY_BYTES = 2 << 20
IN_GRID = "a table of the text: its cells have a place and no name; what stands around it is in tables of its own"
_NATIVE = frozenset({"utf-8", "utf-16", "ascii", "iso8859-1"})
_WIDER = {"shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}
"""Encodings of which files named so use the larger form."""
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:\-]{1,40})["']""")
_BEGINS = re.compile(rb"\s*<(\?[A-Za-z_?]|!--|!(?i:DOCTYPE)\s|([^\s<>/=,;|!?]{1,200})[\s/>])")
_CLOSES = re.compile(rb"</|/>|^[ \t]{0,200}<[^<>]{1,1000}>[ \t\r]{0,200}$", re.MULTILINE)
_CELL = re.compile(rb"\s*<([^\s<>/]{1,200})[^<>\r\n]{0,1000}>([^\r\n]{0,1000}?</\1>)?[ \t]*[,;|\t]")
"""A first cell with markup, and a delimiter behind it."""
_OPENS = re.compile(rb"\s*(?:<[A-Za-z_][^\s<>/=,;|]{0,200}(?:\s[^<>]{0,1000})?>\s*){3}")
"""Elements that begin within one another, with nothing between: no text has that, though none may ever be closed."""
_NAMES = re.compile(rb"\s*((?:<[^<>/\s]{1,200}>[ \t]*){2,})[\r\n]+([^<\r\n]+)[^<]*")
"""A line of names in angle brackets, below which nothing has one: `<DATE> <TIME> <OPEN>` over rows."""
_INVALID_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]


class XmlReader:
    format = "xml"

    def claims(self, path: Path, head: bytes) -> bool:
        text = _as_utf8(path, head)
        begins = _BEGINS.match(text)
        if is_html(text) and not _CELL.match(text):
            return True
        if not begins:
            return False
        if begins[2] is None:
            return True
        if (named := _NAMES.fullmatch(text)) and len(named[1].split()) == len(named[2].split()):
            return False
        if _OPENS.match(text):
            return True
        return _closes(path, text) and not _CELL.match(text)

    def read(self, source: Source) -> Iterable[Table]:
        with source.path.open("rb") as file:
            head = file.read(64 << 10)
        if is_html(_as_utf8(source.path, head), source.path):
            yield from read_html(source)
            return
        yield from _read(source, _document(source, head))


def _as_utf8(path: Path, head: bytes) -> bytes:
    """The beginning of a file without its mark, where its encoding is told by its first bytes."""
    known = encodings.of_head(head, path.stat().st_size)
    return head if known is None else head[known.mark_bytes :].decode(known.name, "ignore").encode()


def _closes(path: Path, head: bytes) -> bool:
    """Whether a tag is closed in the beginning or at the end of the file."""
    if _CLOSES.search(head):
        return True
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 512))
        return _CLOSES.search(file.read()) is not None


def _document(source: Source, head: bytes) -> Document:
    told = source.options.encoding
    known = encodings.of_head(head, source.path.stat().st_size)
    if told is not None:
        return _transcoded(source, encodings.Encoding(told, "as told", known.mark_bytes if known else 0))
    if known is not None and known.name.startswith("utf-32"):
        return _transcoded(source, known)
    declared = _DECLARED.match(head[known.mark_bytes :] if known else head)
    if known is not None:
        other = known.name == "utf-8" and declared is not None and declared[1].lower() not in (b"utf-8", b"utf8")
        doubt = "the byte order mark says UTF-8, the declaration says something else" if other else ""
        return Document(source.path, known, "utf-8" if other else None, doubt=doubt)
    if declared is None:
        return Document(source.path, encodings.Encoding("utf-8", "the file declares no other"))
    name = declared[1].decode("ascii")
    evidence = f'the file declares encoding="{name}"'
    codec = _codec(name)
    if codec in _NATIVE:
        return Document(source.path, encodings.Encoding(codec, evidence))
    return _transcoded(source, encodings.Encoding(codec, evidence))


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name)
        "a".encode(found.name)
    except (LookupError, TypeError, UnicodeError):
        raise NotATable(f'The XML text declares the encoding "{name}", which is not known. Save it as UTF-8.') from None
    return _WIDER.get(found.name, found.name)


def _transcoded(source: Source, encoding: encodings.Encoding) -> Document:
    target = source.context.scratch / "utf8.xml"
    encodings.transcode(source.path, replace(encoding, name=_codec(encoding.name)), target)
    return Document(target, encoding, "utf-8")


def _read(source: Source, document: Document) -> Iterable[Table]:
    try:
        yield from _tables(source, document)
    except Malformed as malformed:
        other = _other(source, document, malformed)
        if other is None:
            _refuse(source, document, malformed)
        try:
            yield from _tables(source, other)
        except Malformed as again:
            _refuse(source, *((document, malformed) if other.escaped else (other, again)))


def _other(source: Source, document: Document, malformed: Malformed) -> Document | None:
    """Another way to read what expat refuses: letters of XML's fifth edition in names, or bytes that are not UTF-8."""
    if malformed.error.code != _INVALID_TOKEN:
        return None
    name = document.encoding.name
    if name.startswith("utf-16") or name not in ("utf-8", "ascii"):
        return _escaped(source, document)
    if _is_ascii(document.path, malformed.byte):
        return None  # no letter that expat does not know, and no other encoding
    bad = xml_names.not_utf8(document.path)
    if bad is None:
        return _escaped(source, document)
    found = encodings.single_byte(document.path, bad)
    other = _transcoded(source, found)
    return replace(other, doubt=f"the text is not UTF-8 at byte {bad:,}, as XML without a declaration has to be; "
                                f"it was read as {found.name}")  # fmt: skip


def _is_ascii(path: Path, byte: int) -> bool:
    with path.open("rb") as file:
        file.seek(byte)
        return file.read(1).isascii()


def _escaped(source: Source, document: Document) -> Document:
    target = source.context.scratch / "escaped.xml"
    encoding = document.encoding
    codec = "utf-8" if document.codec else encoding.name
    xml_names.write_escaped(document.path, replace(encoding, name=codec), target)
    return replace(document, path=target, codec="utf-8", escaped=True)


def _refuse(source: Source, document: Document, malformed: Malformed) -> NoReturn:
    error = malformed.error
    words = expat.ErrorString(error.code) or "not well-formed"
    if "amplification" in words:
        raise EntityBomb(f"The XML text grows out of proportion by its entities (line {error.lineno:,}).") from None
    raise FileDamaged(
        f"The XML text is not well-formed: {words} in line {error.lineno:,}, column {error.offset + 1:,}. "
        + NOTHING_LOADED,
        line=error.lineno,
        position=error.offset + 1,
        **({"byte": malformed.byte} if document.path == source.path else {}),
    ) from None


def _tables(source: Source, document: Document) -> Iterable[Table]:
    survey, root = _surveyed(source, document, SURVEY_BYTES)
    if root.name == WORKBOOK:
        yield from read_workbook(source, lambda start, end, text: parse(source, document, start, end, text))
        return
    if root.name == PLIST:
        try:
            told = read_plist(source, document, lambda *to: parse(source, document, *to, seen=survey.seen))
            for number, table in enumerate(told, start=1):
                _warn(table.receipt, document, survey, first=number == 1)
                yield table
            return
        except NotPlist:
            pass  # another vocabulary with the same word
    try:
        page, doubts, plans, landings = _taken(source, document, survey, root)
    except (Surprise, OutOfTurn):
        survey, root = _surveyed(source, document, None)
        page, doubts, plans, landings = _taken(source, document, survey, root)
    number = 1
    for table in read_grids(source, page.grids, document.encoding, IN_GRID) if page else ():
        _warn(table.receipt, document, survey, first=number == 1)
        for doubt in doubts if number == 1 else ():
            table.receipt.warn(doubt)
        yield table
        number += 1
    for plan, landing in zip(plans, landings, strict=True):
        landing.number = number
        yield _table(plan, landing, _receipt(plan, document, survey, plans, first=number == 1))
        number += 1


def _surveyed(source: Source, document: Document, limit: int | None) -> tuple[Survey, Shape]:
    """The shape of the document, its values called by their names; see `xml_pairs`."""
    survey = Survey(source, document, limit)
    root = survey.run()
    rows, survey.may_be_rows = rows_by_tag(root)
    for maps in (survey.turns.maps(root), {}):
        other = renamed(root, survey.labels, maps, rows)
        if other is None:
            break
        named = Survey(source, document, limit, other)
        named.rows, named.may_be_rows = rows, survey.may_be_rows
        with suppress(OutOfTurn):  # in what was too deep for the first survey
            return named, named.run()
    return survey, root


def _taken(
    source: Source, document: Document, survey: Survey, root: Shape
) -> tuple[Page | None, list[str], list[Plan], list[Landing]]:
    """The tables whose cells have places, what is not seen in them, and the rows of all others."""
    grids = grids_in(root)
    if grids is None:
        return None, [], *_filled(source, document, survey, root)
    page = Page(source.context.scratch, source.stem)
    text: list[str] = []
    try:
        parse(source, document, *survey.calling(*grids.reading(page, text), text), text)
        page.finish()
    except (SheetTooLarge, TooManyColumns):
        again, root = _surveyed(source, document, None)
        return None, [], *_filled(source, document, again, root)
    finally:
        page.close_grids()
    plans, landings = _filled(source, document, survey, root, grids)
    if is_empty(root):  # as it still is when all was read
        for landing in landings:
            landing.discard()
        return page, grids.doubts(), [], []
    return page, grids.doubts(), plans, landings


def _filled(
    source: Source, document: Document, survey: Survey, root: Shape, grids: Grids | None = None
) -> tuple[list[Plan], list[Landing]]:
    plans = planned(root, survey.names())
    landings = [Landing(source, number) for number, _ in enumerate(plans, start=1)]
    for plan, landing in zip(plans, landings, strict=True):
        plan.add = landing.add
    try:
        start, end, text, at = filler(root)
        if grids is not None:
            start, end = grids.without(start, end, text)
        start, end = survey.calling(start, end, text)
        runs = None
        if (
            document.codec in (None, "utf-8")
            and document.encoding.name in ("utf-8", "ascii")
            and not document.escaped
            and survey.renamed is None
            and grids is None
        ):
            seen = survey.seen
            if Runs.suit(plans[0]) and not seen.has_type and not seen.ambiguous:
                runs = Runs(plans[0], landings[0], seen, at)
        parse(source, document, start, end, text, seen=survey.seen, feed=runs.feed if runs else None)
    except (Surprise, OutOfTurn, Malformed):
        for landing in landings:
            landing.discard()
        raise
    return plans, landings


def _table(plan: Plan, landing: Landing, receipt: Receipt) -> Table:
    receipt.rows_seen = plan.count
    links: tuple[Link, ...] = ()
    if plan.outer:
        links = (Link((f"c{1 + plan.has_key}",), plan.outer.name, (plan.outer.key_name,)),)
    key = ("c1",) if plan.has_key else ()
    return landing.table(plan.name, plan.columns, receipt, primary_key=key, links=links)


def _receipt(plan: Plan, document: Document, survey: Survey, plans: list[Plan], *, first: bool) -> Receipt:
    receipt = Receipt()
    doubtful = bool(document.doubt)
    receipt.decide(
        "encoding", document.encoding.name, document.encoding.evidence, key="encoding",
        confidence="assumed" if doubtful else "certain",
    )  # fmt: skip
    path = survey.path(plan.shape)
    if plan.shape.many:
        where = f"it repeats in <{local(plan.shape.parent.name)}>" if plan.shape.parent else "it repeats"
        receipt.decide("record", path, f"{where}: {plan.count:,} in all")
    elif len(plans) == 1:
        receipt.decide("record", path, "nothing repeats in the file, so it is one row")
    else:
        receipt.decide("record", path, "the values that stand outside of every record")
    if plan.outer:
        receipt.decide(
            "parent", plan.outer.name, f"{plan.outer.key_name} is the number of the {plan.outer.name} around"
        )
    if plan.marked_up:
        receipt.decide(
            "text with markup", ", ".join(plan.marked_up[:10]), "words and elements are mixed, so the tags stay"
        )
    if first and survey.seen.prefixes:
        spaces = "; ".join(f"{prefix or 'default'}: {uri}" for uri, prefix in list(survey.seen.prefixes.items())[:10])
        receipt.decide("namespaces", "left out of the names", spaces)
    if first and survey.renamed and survey.renamed.maps:
        maps = ", ".join(f"<{local(name)}>" for name in list(survey.renamed.maps)[:10])
        receipt.decide("keys", "names of values", f"in {maps} each value stands behind its key", confidence="likely")
    if plan is plans[0]:
        _say_rows(receipt, survey)
    _warn(receipt, document, survey, first=first)
    return receipt


def _say_rows(receipt: Receipt, survey: Survey) -> None:
    """What is a row, or may be one, though it has a name of its own."""
    for around, rows in survey.rows[:10]:
        receipt.decide(
            f"elements in <{local(around.name)}>", "rows",
            "they are numbered and share their children" if rows.word else
            "they share their children, so each is a row and its name the key; they may be parts of one record",
            confidence="likely" if rows.word else "assumed",
        )  # fmt: skip
    for around in survey.may_be_rows[:10]:
        receipt.decide(
            f"elements in <{local(around.name)}>", "columns", "elements that share their children: they may be rows",
            confidence="assumed",
        )  # fmt: skip


def _warn(receipt: Receipt, document: Document, survey: Survey, *, first: bool) -> None:
    if document.doubt:
        receipt.warn(document.doubt)
    if first:
        for name in list(survey.seen.unresolved)[:20]:
            receipt.warn(f"the entity &{name}; is defined outside of the file and was not fetched: its name is kept")
