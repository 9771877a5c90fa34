"""Files of odd and heavy shapes: very deep, wide, many or repeated, with sizes that lie, in every format.

Each maker takes a source of chance and a size from 1 on; what it gives grows with the size and stays small.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.parquet as pq

from support.workbooks import ods, xlsb, xlsx

Maker = Callable[[random.Random, int], bytes]
NESTED = ("<b>", "<i x='1'>", "<c>")


def spread(draw: random.Random, size: int, most: int) -> int:
    """A number up to `most` times the size; small ones as often as large ones."""
    return max(1, int((most * size) ** draw.random()))


# Text tables, JSON


def wide(draw: random.Random, size: int) -> bytes:
    """Columns of values that fit no type until the last row, or several readings."""
    values = ("1", "x", "01/02/2024", "2024-01-02T10:00:00+01:00", '"1,234"', "007", "n/a", "$5", "2024-01", "1:30")
    columns = spread(draw, size, 150)
    usual, odd = ([draw.choice(values) for _ in range(columns)] for _ in range(2))
    rows = [usual] * spread(draw, size, 60) + [odd] * draw.randrange(3)
    return "\n".join(",".join(row) for row in [[f"c{i}" for i in range(columns)], *rows]).encode()


def many_tables(draw: random.Random, size: int) -> bytes:
    count = spread(draw, size, 30)
    if draw.random() < 0.5:
        return json.dumps({f"t{i}": [{f"c{i}": 1}, {f"c{i}": "x"}] for i in range(count)}).encode()
    return "\n\n".join(f"Table {i}\na{i},b\n1,x\n2,y" for i in range(count)).encode()


def gaps(draw: random.Random, size: int) -> bytes:
    odd = ("\n" * spread(draw, size, 5000), "1,2,3\n", "\0\n", '"\n', "# note\n", " \n")
    return ("a,b\n1,2\n" + "".join(draw.choice(odd) + "1,2\n" for _ in range(spread(draw, size, 20)))).encode()


# XML, YAML


def xml_names(draw: random.Random, size: int) -> bytes:
    """Records that fill one of many names each, as elements, attributes, prefixes or kinds."""
    form = draw.choice(
        (
            "<o><c{0}>{1}</c{0}></o>",
            '<o c{0}="{1}"/>',
            "<k{0}><x>{1}</x></k{0}>",
            '<o xmlns="u:{0}"><a>{1}</a></o>',
            '<o><f name="n{0}">{1}</f><f name="m">1</f></o>',
            "<o><k{0}>1</k{0}><k{0}>{1}</k{0}></o>",
        )
    )
    names = spread(draw, size, 400)
    return ("<r>" + "".join(form.format(i % names, i) for i in range(spread(draw, size, 600))) + "</r>").encode()


def xml_deep(draw: random.Random, size: int) -> bytes:
    levels, opened = min(spread(draw, size, 400), 1200), draw.choice(NESTED)
    closed = f"</{opened[1]}>"
    word = draw.choice(("", "w ", "<!--x-->", "<![CDATA[]]>", "&#65;"))
    one = opened * levels + word + (closed + word) * (levels - draw.randrange(2))
    return ("<r>" + f"<o>{one}</o>" * spread(draw, size, 10) + "</r>").encode()


def xml_entities(draw: random.Random, size: int) -> bytes:
    count, many = spread(draw, size, 50), draw.choice((1, 2, 10))
    chain = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * many}">' for i in range(1, count + 1))
    used = "".join(f"<o>&a{draw.randrange(count + 2)};</o>" for _ in range(spread(draw, size, 100)))
    head = draw.choice(("", '<?xml version="1.0" encoding="{}"?>'.format(draw.choice(("undefined", "utf-7", "idna")))))
    return f'{head}<!DOCTYPE r [<!ENTITY a0 "{"x" * spread(draw, size, 1000)}">{chain}]><r>{used}</r>'.encode()


def yaml_deep(draw: random.Random, size: int) -> bytes:
    levels = min(spread(draw, size, 150), 2000)
    begin, end = draw.choice((("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")))
    one = begin * levels + "1" + end * (levels - draw.randrange(2))
    return ("---\n" + f"- {one}\n" * spread(draw, size, 10)).encode()


def yaml_aliases(draw: random.Random, size: int) -> bytes:
    form = draw.choice(("[{}]", "{{{}}}"))
    times = draw.choice((1, 2, 9))
    text = "---\na0: &a0 {x: 1}\n"
    for i in range(1, spread(draw, size, 40)):
        before = draw.randrange(i)
        inner = ",".join(f"k{j}: *a{before}" if form[0] == "{" else f"*a{before}" for j in range(times))
        text += draw.choice((f"a{i}: &a{i} {form.format(inner)}\n", f"a{i}: &a{i}\n  <<: *a{before}\n  y{i}: 2\n"))
    return text.encode()


def yaml_documents(draw: random.Random, size: int) -> bytes:
    forms = (
        "---\na: 1\n",
        "---\nk{0}: 1\n",
        "--- [1]\n",
        "---\n",
        "...\n",
        "---\n- {{a: {0}}}\n",
        "--- !t{0} x\n",
        "---\n? {0}\n",
    )
    chosen = draw.sample(forms, 2)
    return "".join(draw.choice(chosen).format(i) for i in range(spread(draw, size, 300))).encode()


# Archives


def packed(items: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")  # one name for several files
        for name, data in items:
            made.writestr(name, data)
    return out.getvalue()


NAMES = (
    "{}.csv",
    "part{}.csv",
    "x.csv",
    "../{}.csv",
    "/a/{}.csv",
    "d/{}.csv",
    "\u202e{}.csv",
    "é{}\n.csv",
    "n" * 300 + "{}",
)


def inner(draw: random.Random, i: int) -> bytes:
    table = f"a{i % draw.choice((1, 9))},b\n{i},2\n3,{draw.choice('4x')}\n".encode()
    return draw.choice(
        (table, b"", gzip.compress(table), f'[{{"a{i}":1}}]'.encode(), packed([("i.csv", table)]), b"\0")
    )


def archive(draw: random.Random, size: int) -> bytes:
    items = [(draw.choice(NAMES).format(i), inner(draw, i)) for i in range(spread(draw, size, 30))]
    if draw.random() < 0.6:
        return packed(items)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, data in items:
            entry = tarfile.TarInfo(name.replace("\n", ""))
            entry.size, entry.type = len(data), draw.choice((tarfile.REGTYPE,) * 5 + (tarfile.SYMTYPE,))
            made.addfile(entry, io.BytesIO(data))
    return draw.choice((bytes, gzip.compress))(out.getvalue())


def lying_archive(draw: random.Random, size: int) -> bytes:
    """A field of a zip archive's directory or of a member's head says something else."""
    data = bytearray(packed([(f"{i}.csv", b"a,b\n" + b"1,2\n" * size) for i in range(3)]))
    mark = draw.choice((b"PK\1\2", b"PK\3\4", b"PK\5\6"))
    at = data.find(mark) + draw.randrange(4, 30)
    data[at : at + 4] = struct.pack("<I", draw.choice((0, 1, 99, 0x7FFFFFFF, 0xFFFFFFFF)))
    return bytes(data)


def streams(draw: random.Random, size: int) -> bytes:
    """Streams of one compression one after another, some empty, with something behind."""
    compress = draw.choice((gzip.compress, bz2.compress, lzma.compress))
    parts = [b"a,b\n", *[draw.choice((b"", b"1,2\n", b"1,2\n" * 999 * size)) for _ in range(spread(draw, size, 30))]]
    return b"".join(map(compress, parts)) + draw.choice((b"", b"", b"\0" * 999, b"rubbish"))


# Parquet


def parquet(draw: random.Random, size: int) -> bytes:
    kinds: tuple[Callable[[], tuple[pa.DataType, object]], ...] = (
        lambda: (pa.int64(), 1),
        lambda: (pa.null(), None),
        lambda: (pa.list_(pa.int8()), [None] * spread(draw, size, 500)),
        lambda: (pa.map_(pa.string(), pa.int64()), [(f"k{i}", i) for i in range(spread(draw, size, 50))]),
        lambda: (pa.decimal256(76, draw.randrange(77)), None),
        lambda: (pa.struct([(f"s{i}", pa.int8()) for i in range(spread(draw, size, 50))]), {}),
        lambda: (pa.string(), "x" * spread(draw, size, 5000)),
        lambda: (pa.timestamp("ns"), draw.choice((0, 2**63 - 1, -(2**63)))),
        lambda: (pa.dictionary(pa.int32(), pa.string()), "y"),
    )
    rows = draw.choice((0, 1, 3, spread(draw, size, 3000)))
    columns = [draw.choice(kinds)() for _ in range(draw.choice((1, 3, spread(draw, size, 60))))]
    for _ in range(draw.choice((0, 0, 3, spread(draw, size, 30)))):
        type, value = columns[0]
        columns[0] = draw.choice(((pa.list_(type), [value]), (pa.struct([("a", type)]), {"a": value})))
    arrays = [pa.array([value] * rows if type != pa.null() else [None] * rows, type) for type, value in columns]
    out = io.BytesIO()
    table = pa.Table.from_arrays(
        arrays, names=[draw.choice(("c{}", "c", "", '"{}')).format(i) for i in range(len(arrays))]
    )
    pq.write_table(
        table, out, row_group_size=draw.choice((1, 100, 1 << 20)) if rows < 500 else 1 << 20, compression="zstd"
    )
    data = bytearray(out.getvalue())
    if draw.random() < 0.5:  # a byte of the footer, which holds sizes and places
        data[-draw.randrange(1, min(len(data), 400))] = draw.randrange(256)
    return bytes(data)


# Workbooks


def open_sheet(draw: random.Random, size: int) -> bytes:
    counts = (1, 2, 1000 * size, 16384, 1048576, 2**63, -5)
    cells = (
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>',
        '<table:table-cell office:value-type="string" table:number-columns-repeated="{}"><text:p>w</text:p>'
        "</table:table-cell>",
        '<table:table-cell table:number-columns-spanned="{0}" table:number-rows-spanned="{0}"/>',
        '<table:table-cell table:number-columns-repeated="{}"/>',
        '<table:table-cell office:value-type="time" office:time-value="PT{}H"/>',
        '<table:covered-table-cell table:number-columns-repeated="{}"/>',
    )

    def row() -> str:
        inside = "".join(draw.choice(cells).format(draw.choice(counts)) for _ in range(draw.randrange(1, 6)))
        repeat = draw.choice(counts) if draw.random() < 0.3 else 1
        return f'<table:table-row table:number-rows-repeated="{repeat}">{inside}</table:table-row>'

    sheets = draw.choice((1, spread(draw, size, 20)))
    return ods(
        *[f'<table:table table:name="T{i}">{"".join(row() for _ in range(4))}</table:table>' for i in range(sheets)]
    )


def sheets(draw: random.Random, size: int) -> bytes:
    """Sheets with references that go back, repeat, or lie far out; merged areas, strings and styles without end."""

    def cell() -> str:
        place = draw.choice(("A{}", "B{}", "XFD{}", "ZZZZZ{}", "A-{}", "")).format(draw.choice((1, 2, 1048576, 10**20)))
        kind = draw.choice(('t="s"', "", 't="b"', 't="d"', 't="inlineStr"', 's="99999"'))
        value = draw.choice(("1", "1e999", "nan", "-1", "x", "99999999999"))
        return f'<c r="{place}" {kind}><v>{value}</v></c>'

    def rows() -> str:
        many = draw.choice((1, 5, spread(draw, size, 200)))
        return "".join(f'<row r="{draw.randrange(30)}">{cell() * draw.randrange(1, 4)}</row>' for _ in range(many))

    made = [rows() for _ in range(draw.choice((1, spread(draw, size, 15))))]
    if draw.random() < 0.5:
        merged = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(spread(draw, size, 500)))
        made[0] = (
            f"<?xml version='1.0'?><worksheet><sheetData>{made[0]}</sheetData><mergeCells>{merged}</mergeCells>"
            "</worksheet>"
        )
    strings = [f"<t>{'x' * spread(draw, size, 2000)}</t>"] * spread(draw, size, 50)
    return xlsx(*made, strings=strings, formats=["yyyy" + "[red]" * spread(draw, size, 50)] * draw.randrange(4))


def binary_sheet(draw: random.Random, size: int) -> bytes:
    """A binary workbook in which numbers of its records say something else."""
    data = xlsb([["a", 1, 0.5]] * spread(draw, size, 50))
    with zipfile.ZipFile(io.BytesIO(data)) as given:
        parts = {name: bytearray(given.read(name)) for name in given.namelist()}
    part = parts[draw.choice([name for name in parts if name.endswith(".bin") and parts[name]])]
    at = draw.randrange(len(part))
    part[at : at + 4] = draw.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\x05\0\0\0"))
    return packed((name, bytes(content)) for name, content in parts.items())


SHAPES: dict[str, Maker] = {
    "wide.csv": wide,
    "tables": many_tables,
    "gaps.csv": gaps,
    "names.xml": xml_names,
    "deep.xml": xml_deep,
    "entities.xml": xml_entities,
    "deep.yaml": yaml_deep,
    "aliases.yaml": yaml_aliases,
    "documents.yaml": yaml_documents,
    "archive": archive,
    "lying.zip": lying_archive,
    "streams": streams,
    "odd.parquet": parquet,
    "odd.ods": open_sheet,
    "odd.xlsx": sheets,
    "odd.xlsb": binary_sheet,
}
