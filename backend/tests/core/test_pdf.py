"""Documents as PDF: what was given can be read again, page by page. Read with pypdf."""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pypdf import PdfReader

from tablewright.core.errors import Problem
from tablewright.core.layouts import glyphs, pdf, rows
from tablewright.core.layouts.cells import print_column
from tablewright.core.layouts.document import Chart, Document, Table, Text
from tablewright.core.layouts.fitting import Wish, breakable, fit
from tablewright.core.layouts.wording import ENGLISH, wording_of
from tablewright.core.queries.model import AnswerColumn

AT = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300"><rect x="20" y="20" width="99" height="200"/>'
    '<text x="20" y="280" font-family="Inter" font-size="12">Größe {word}</text></svg>'
)


class Silent:
    def progress(self, **fields):
        pass


def column(key, label, type_, role="column", grain=None):
    return AnswerColumn(key=key, label=label, type=type_, role=role, grain=grain)


def document(*sections, **more):
    given = {"title": "Sales 2025", "workspace": "North Trading", "generated_at": "22 November 2026", "created_at": AT}
    return Document(sections=sections, **(given | more))


def printed(*sections, **more):
    content, pages = pdf.render(document(*sections, **more), Silent())
    reader = PdfReader(BytesIO(content))
    assert len(reader.pages) == pages
    return reader


def words(reader):
    """All text, without the breaks that lines and columns make."""
    return "".join(re.sub(r"[\s\u200b]+", "", page.extract_text()) for page in reader.pages)


def squeezed(text):
    return re.sub(r"[\s\u200b]+", "", text)


def a_table(count, **more):
    return Table(
        columns=(column("c1", "Number", "integer"), column("c2", "Customer", "text")),
        data={"c1": list(range(count)), "c2": [f"Customer-{n:05d}" for n in range(count)]},
        **more,
    )


def test_the_task_writes_the_file_and_tells_its_size(tmp_path):
    out = tmp_path / "report.pdf"
    given = document(Text(text="Hello")).model_dump(mode="json")
    result = pdf.run({"document": given, "out_path": str(out)}, Silent())
    assert result == {"pages": 1, "byte_count": out.stat().st_size}
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_document_that_is_none_is_refused(tmp_path):
    with pytest.raises(Problem) as caught:
        pdf.run({"document": {"title": "x"}, "out_path": str(tmp_path / "x")}, Silent())
    assert caught.value.code == "document_not_printable" and list(tmp_path.iterdir()) == []


def test_the_same_document_gives_the_same_bytes():
    given = document(Text(text="# A\nB"), Chart(svg=SVG, alt="A bar"), a_table(40))
    assert pdf.render(given, Silent()) == pdf.render(given, Silent())


def test_the_file_is_tagged_archivable_and_knows_itself():
    reader = printed(Text(text="# Head\nText"), Chart(svg=SVG, alt="One bar"), a_table(3), language="de-CH")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value and root["/Lang"] == "de-CH"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert reader.metadata.title == "Sales 2025" and reader.metadata.author == "North Trading"
    assert reader.metadata.creation_date == AT
    about = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part\W+1\b", about) and re.search(r"pdfaid:part\W+2\b", about)
    assert re.search(r"pdfaid:conformance\W+A\b", about)
    tags = kinds_of(root["/StructTreeRoot"])
    assert {"/H1", "/P", "/Figure", "/Table", "/THead", "/TBody", "/TR", "/TH", "/TD"} <= set(tags)
    assert tags.count("/TR") == 4
    assert list(texts_of(root["/StructTreeRoot"], "/Alt")) == ["One bar"]


def walk(node):
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from walk(child)
    elif isinstance(node, dict):
        yield node
        yield from walk(node.get("/K", []))


def kinds_of(tree):
    return [str(node["/S"]) for node in walk(tree) if "/S" in node]


def texts_of(tree, key):
    return [str(node[key]) for node in walk(tree) if key in node]


def test_nothing_in_the_file_acts_or_is_attached():
    reader = printed(Text(text="http://example.org javascript:alert(1)"), Chart(svg=SVG, alt="x"))
    everything = str(reader.trailer["/Root"]) + "".join(str(page) for page in reader.pages)
    for word in ("/JavaScript", "/JS", "/EmbeddedFiles", "/OpenAction", "/AA", "/Launch", "/URI", "/Annots"):
        assert word not in everything


def test_every_page_says_where_it_belongs():
    reader = printed(a_table(150))
    total = len(reader.pages)
    assert total >= 3
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {total}" in text and "22 November 2026" in text and "North Trading" in text
        assert "Sales 2025" in text
        assert text.count("Number") == 1 and text.count("Customer\n") + text.count("Customer ") >= 1
    found = re.findall(r"Customer-\d{5}", "".join(page.extract_text() for page in reader.pages))
    assert found == [f"Customer-{n:05d}" for n in range(150)]


def test_text_has_headings_paragraphs_and_bullets_and_no_other_markup():
    text = "# First\nOne line\nnext line\n\nSecond *paragraph* with $x^2$\n\n- a\n- b\n\n"
    text += "## Second\n### not a heading\n#nor this"
    items = pdf.prepare(document(Text(text=text)), Silent())["blocks"][0]["items"]
    assert items == [
        {"kind": "heading", "level": 1, "text": "First"},
        {"kind": "paragraph", "text": "One line\nnext line"},
        {"kind": "paragraph", "text": "Second *paragraph* with $x^2$"},
        {"kind": "bullets", "items": ["a", "b"]},
        {"kind": "heading", "level": 2, "text": "Second"},
        {"kind": "paragraph", "text": "### not a heading\n#nor this"},
    ]
    reader = printed(Text(text=text))
    assert "Onelinenextline" in words(reader) and "Second*paragraph*with$x^2$" in words(reader)
    tags = kinds_of(reader.trailer["/Root"]["/StructTreeRoot"])
    assert (tags.count("/H1"), tags.count("/H2"), tags.count("/LI")) == (1, 1, 2)


def test_a_heading_level_is_never_skipped():
    reader = printed(Text(text="## Deep first\n\ntext\n\n# High\n## Low"), a_table(2, title="A table"))
    tags = [tag for tag in kinds_of(reader.trailer["/Root"]["/StructTreeRoot"]) if re.fullmatch(r"/H\d", tag)]
    assert tags == ["/H1", "/H1", "/H2", "/H3"]


@pytest.mark.parametrize(("headings", "contents"), [(3, False), (4, True)])
def test_more_than_three_headings_make_a_list_of_contents(headings, contents):
    reader = printed(*(Text(text=f"# Heading {n}\ntext") for n in range(headings)))
    assert ("Contents" in words(reader)) is contents
    assert words(reader).count("Heading1") == (2 if contents else 1)


def test_hostile_text_is_shown_as_text():
    hostile = [
        '#import "@preview/evil:1.0.0"', "#let x = 1", "$ sum $", "*bold* _it_ `code`", "@ref <label>", "= Heading",
        "https://example.org", "\\u{41}", "]#panic()[", "{{7*7}}", "<script>alert(1)</script>", "// comment",
        "~ -- ---", "'\"",
    ]  # fmt: skip
    table = Table(columns=(column("c1", "#let", "text"),), data={"c1": hostile}, title="#panic()", note="*note*")
    chart = Chart(title="$x$", svg=SVG, alt="#alt", caption="`c`", source_note="@s")
    more = {"title": "= #panic()", "workspace": "*w*", "generated_at": "$now$"}
    reader = printed(*(Text(text=text) for text in hostile), table, chart, **more)
    found = words(reader)
    for text in hostile:
        assert found.count(squeezed(text)) >= 2, text
    for text in ("#let", "#panic()", "*note*", "$x$", "`c`", "@s", "*w*", "$now$"):
        assert text in found
    assert reader.metadata.title == "= #panic()"


def test_what_no_font_holds_is_spelled_out_and_said():
    text = "bell\x07 nul\x00 override\u202egnp.exe private\ue000 otter🦦 joined\u200bword tab\tend"
    reader = printed(Text(text=text), a_table(1, title=text))
    found = words(reader)
    shown = "bell‹U+0007›nul‹U+0000›override‹U+202E›gnp.exeprivate‹U+E000›otter‹U+1F9A6›joinedwordtabend"
    assert found.count(shown) == 2
    assert "printedascodepoints" in found
    assert "codepoints" not in words(printed(Text(text="plain")))


def test_many_scripts_are_printed():
    lines = ["Größe ß €", "Ελληνικά", "Кириллица", "東京電力", "서울", "שלום", "ქართული", "Tiếng Việt", "½ ≤ → ✓ 😀"]
    reader = printed(
        Text(text="\n\n".join(lines)), Chart(svg=SVG.replace("{word}", " ".join(lines)), alt=" ".join(lines))
    )
    found = words(reader)
    assert all(squeezed(line) in found or squeezed(line)[::-1] in found for line in lines), found
    assert "‹U+" not in found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=60), min_size=30, max_size=60))
def test_no_text_makes_a_document_fail(texts):
    table = Table(columns=(column("c1", texts[0], "text"),), data={"c1": texts}, title=texts[1])
    escaped = [re.sub(r"[&<>\x00-\x1f\ufffe\uffff]", "", glyphs.printable(text)) for text in texts]
    labels = "".join(f'<text x="1" y="{10 * n}" font-size="9">{text}</text>' for n, text in enumerate(escaped))
    chart = Chart(svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 900">{labels}</svg>', alt=f"x{texts[2]}")
    printed(Text(text="\n\n".join(texts)), table, chart, title=texts[3], workspace=texts[4])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_printable_text_is_held_by_the_fonts(text):
    shown = glyphs.printable(text)
    assert glyphs.printable(shown) == shown
    held = glyphs.shipped()
    assert all(c == "\n" or any(ord(c) in font.widths for font in held) for c in shown)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in shown.replace("\n", ""))


def test_a_word_of_ten_thousand_letters_wraps_and_is_whole():
    word = "".join(f"{n:04d}" for n in range(2500))
    for section in (
        Text(text=word),
        Text(text=f"- {word}"),
        Table(columns=(column("c1", "A", "text"), column("c2", "B", "integer")), data={"c1": [word[:4000]], "c2": [1]}),
    ):
        found = words(printed(section))
        assert word[:4000] in re.sub(r"Page\d+of\d+|22November2026|Sales2025|NorthTrading|AB(?=\d)", "", found)


def test_a_cell_too_long_for_print_says_how_much_is_missing():
    reader = printed(Table(columns=(column("c1", "A", "text"),), data={"c1": ["x " * 3000]}))
    assert "…(2,000morecharacters)" in words(reader) and "Longtextsareshortened" in words(reader)


def test_words_are_broken_only_where_they_must():
    assert breakable("short words stay", 20) == "short words stay"
    assert breakable("mmmmmmmmmm ok", 4.5).replace("\u200b", "") == "mmmmmmmmmm ok"
    assert "\u200b" in breakable("mmmmmmmmmm", 4.5)


def test_an_empty_table_says_so():
    assert "Thistablehasnorows." in words(printed(a_table(0, title="Nothing")))


def test_rows_that_are_not_printed_are_counted():
    found = words(printed(a_table(30, total_count=120_000)))
    assert "30of120,000rowsshown;theExcelexportholdsall." in found


def test_a_long_table_is_cut_openly(monkeypatch):
    monkeypatch.setattr(rows, "MOST_ROWS", 25)
    found = words(printed(a_table(40)))
    assert "25of40rowsshown" in found and "Customer-00024" in found and "Customer-00025" not in found


@pytest.mark.parametrize(
    ("sizes", "limit"),
    [
        ([(10, 2)], 2000),
        ([(5000, 4)], 2000),
        ([(5000, 24)], 1000),
        ([(10, 24), (5000, 24)], 990),
        ([(5000, 200)] * 3, 40),
        ([(9, 200)] * 400, 1),
    ],
)
def test_all_tables_together_stay_within_the_limit_of_cells(sizes, limit):
    tables = [
        Table(
            columns=tuple(column(f"c{n}", "x", "integer") for n in range(1, count + 1)),
            data={f"c{n}": [0] * height for n in range(1, count + 1)},
        )
        for height, count in sizes
    ]
    assert rows.most_rows(tables) == limit


def test_rows_are_read_from_parquet(tmp_path):
    table = pa.table(
        {
            "c1": pa.array([Decimal("1234.50"), None], pa.decimal128(18, 2)),
            "c2": pa.array([date(2024, 2, 29), None]),
            "c3": pa.array([datetime(2025, 3, 1, 12, 34, 56, tzinfo=UTC), None]),
            "c4": pa.array([True, None]),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    columns = (
        column("c1", "A", "decimal"), column("c2", "B", "date"), column("c3", "C", "instant"),
        column("c4", "D", "boolean"),
    )  # fmt: skip
    found = words(printed(Table(columns=columns, parquet=tmp_path / "t.parquet"), language="de"))
    assert "1.234,5029.02.202401.03.202512:34:56Ja" in found and "ZeiteninUTC." in found
    with pytest.raises(Problem, match='column "Z"'):
        printed(Table(columns=(column("c9", "Z", "text"),), parquet=tmp_path / "t.parquet"))


def test_a_table_has_its_rows_once():
    with pytest.raises(ValidationError):
        Table(columns=(column("c1", "A", "text"),))
    with pytest.raises(ValidationError):
        Table(columns=(column("c1", "A", "text"), column("c2", "B", "text")), data={"c1": ["x"], "c2": []})


@pytest.mark.parametrize(
    ("language", "type_", "role", "grain", "values", "cells"),
    [
        ("en", "integer", "measure", None, [1234567, -5, None, "12345678901234567890"],
         ["1,234,567", "−5", "", "12,345,678,901,234,567,890"]),
        ("de", "integer", "measure", None, [1234567], ["1.234.567"]),
        ("fr", "float", "measure", None, [1234.5, 2.0], ["1\u00a0234,5", "2,0"]),
        ("en", "integer", "column", None, [2023, 2024], ["2023", "2024"]),
        ("en", "integer", "column", None, [23, 2024], ["23", "2,024"]),
        ("en", "integer", "dimension", None, [80331], ["80331"]),
        ("en", "decimal", "column", None, ["1234567.80", "0.00", "-3.10"], ["1,234,567.80", "0.00", "−3.10"]),
        ("en", "decimal", "column", None, ["9" * 30 + ".12"], [",".join(["999"] * 10) + ".12"]),
        ("en", "float", "column", None, [1e300, -2.5e-300], ["1e300", "−2.5e−300"]),
        ("en", "float", "column", None, [33.333333333, 1.0], ["33.3333", "1.0000"]),
        ("en", "float", "column", None, [5000.123456, 1e-9, 0.0], ["5,000.12", "1e-9".replace("-", "−"), "0.00"]),
        ("en", "float", "column", None, [0.1, 0.25], ["0.10", "0.25"]),
        ("en", "float", "column", None, [float("nan"), float("inf"), float("-inf")], ["", "∞", "−∞"]),
        ("en", "boolean", "column", None, [True, False, None], ["Yes", "No", ""]),
        ("en", "date", "column", None, ["2024-02-29", None], ["2024-02-29", ""]),
        ("de", "date", "column", None, ["2024-02-29"], ["29.02.2024"]),
        ("en", "date", "dimension", "year", ["2024-01-01"], ["2024"]),
        ("en", "date", "dimension", "quarter", ["2024-04-01"], ["Q2 2024"]),
        ("de", "date", "dimension", "month", ["2024-03-01"], ["März 2024"]),
        ("en", "date", "dimension", "week", ["2024-12-30"], ["Week 1, 2025"]),
        ("en", "timestamp", "column", None, ["2024-02-29T08:05:00", "2024-03-01T00:00:00"],
         ["2024-02-29 08:05", "2024-03-01 00:00"]),
        ("en", "instant", "column", None, ["2024-02-29T23:30:00-02:00"], ["2024-03-01 01:30"]),
        ("en", "date", "column", None, ["not a date"], ["not a date"]),
        ("xx", "integer", "measure", None, [1234], ["1,234"]),
    ],
)  # fmt: skip
def test_values_are_written_as_the_language_writes_them(language, type_, role, grain, values, cells):
    assert print_column(column("d0", "x", type_, role, grain), values, wording_of(language), None).cells == cells


def test_bins_are_printed_from_edge_to_edge():
    shown = print_column(column("d0", "x", "float", "dimension"), [0.0, 12.5], ENGLISH, 12.5)
    assert shown.cells == ["0 – 12.5", "12.5 – 25"] and not shown.is_number


def test_rounded_numbers_are_announced():
    table = Table(columns=(column("m0", "Mean", "float", "measure"),), data={"m0": [1 / 3]})
    assert "Numbersareroundedforprint" in words(printed(table))
    exact = Table(columns=(column("m0", "Sum", "decimal", "measure"),), data={"m0": ["0.333333333333"]})
    assert "rounded" not in words(printed(exact)) and "0.333333333333" in words(printed(exact))


@pytest.mark.parametrize(
    ("count", "turned", "groups"), [(3, False, 1), (7, False, 1), (10, True, 1), (12, True, 1), (30, True, 3)]
)
def test_a_table_is_turned_then_split_as_it_grows_wide(count, turned, groups):
    found = fit([Wish(6.0, 8.0)] * count, 493.0, 740.0)
    assert (found.turned, len(found.groups)) == (turned, groups)
    assert all(group.columns[0] == 0 for group in found.groups)
    assert sorted({index for group in found.groups for index in group.columns}) == list(range(count))
    assert all(sum(group.widths) <= (740.0 if turned else 493.0) + 0.1 for group in found.groups)


def test_a_wide_table_loses_no_column():
    keys = [f"c{n}" for n in range(1, 41)]
    table = Table(
        columns=tuple(column(key, f"Column-{key}", "text") for key in keys),
        data={key: [f"v-{key}-{row}-end" for row in range(3)] for key in keys},
    )
    reader = printed(table)
    found = words(reader)
    for key in keys:
        assert f"Column-{key}" in found and all(f"v-{key}-{row}-end" in found for row in range(3)), key
    assert re.search(r"Columns2to\d+of40", found)
    box = reader.pages[1].mediabox
    assert box.width > box.height
    assert found.count("Column-c1") > 4  # the first column comes with every part (and c10 to c19 begin alike)


def test_more_columns_than_paper_bears_are_counted():
    keys = [f"c{n}" for n in range(1, 251)]
    table = Table(columns=tuple(column(key, key, "integer") for key in keys), data={key: [1] for key in keys})
    assert "200of250columnsshown" in words(printed(table))


def test_what_introduces_a_turned_table_is_turned_with_it():
    keys = [f"c{n}" for n in range(1, 31)]
    wide = Table(
        columns=tuple(column(key, f"Label {key}", "text") for key in keys), data={key: ["word"] for key in keys}
    )
    blocks = pdf.prepare(document(Text(text="Before"), Chart(svg=SVG, alt="x"), Text(text="# H\nwhy"), wide), Silent())
    shapes = [(block["turned"], [item["kind"] for item in block["items"]]) for block in blocks["blocks"]]
    assert shapes == [(False, ["paragraph", "chart"]), (True, ["heading", "paragraph", "table"])]


def test_charts_keep_their_text_selectable():
    found = words(
        printed(Chart(title="Heights", svg=SVG.replace("{word}", "東京"), alt="x", caption="Cap", source_note="Src"))
    )
    assert all(word in found for word in ("Heights", "Größe東京", "Cap", "Src"))


@pytest.mark.parametrize(
    "inside",
    ['<image href="file:///etc/passwd"/>', "<script>1</script>", "<foreignObject/>", '<style>@import "x"</style>'],
)
def test_a_picture_that_reaches_outside_is_refused(inside):
    with pytest.raises(Problem) as caught:
        printed(Chart(svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>', alt="x"))
    assert caught.value.code == "document_not_printable"


@pytest.mark.parametrize("svg", ["", "<svg", "not a picture", '<svg xmlns="http://www.w3.org/2000/svg">'])
def test_a_broken_picture_is_a_clear_error(svg):
    with pytest.raises(Problem) as caught:
        printed(Chart(svg=svg, alt="x"))
    assert caught.value.code == "document_not_printable"


def test_letter_pages_are_letters():
    box = printed(Text(text="x"), page="letter").pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)


def test_a_document_without_sections_says_so():
    assert "Thisreporthasnosections." in words(printed())


def test_a_process_that_sets_many_documents_keeps_the_memory_of_one():
    process = psutil.Process()
    held = []
    for number in range(9):
        data = {"c1": [f"{number} {row}" for row in range(1500)], "c2": list(range(1500))}
        columns = (column("c1", "Name", "text"), column("c2", "Number", "integer"))
        printed_bytes, _ = pdf.render(document(Table(columns=columns, data=data)), Silent())
        assert printed_bytes
        held.append(process.memory_info().rss)
    assert max(held[4:]) - held[3] < 60 * 2**20
