"""Tables within XML whose cells have a place and no name are rows under their headings; all else stays as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.reading import Loaded, load, load_one

from tablewright.core.readers import xml_grids, xml_text

CALS = """<article><title>Report</title><para>Some words</para>
<table frame="all"><title>Sales</title><tgroup cols="3">
<colspec colname="a"/><colspec colname="b"/><colspec colname="c"/>
<thead><row><entry>Product</entry><entry>Units</entry><entry>Price</entry></row></thead>
<tbody><row><entry>Apple</entry><entry>3</entry><entry>1.50</entry></row>
<row><entry><para>Pear</para></entry><entry>5</entry><entry>2.50</entry></row></tbody></tgroup></table></article>"""


def named(tables: list[Loaded], name: str) -> Loaded:
    return next(table for table in tables if table.name == name)


def test_a_table_of_docbook_and_what_stands_around_it() -> None:
    sales, article = load(CALS)
    assert (sales.name, sales.names) == ("Sales", ["Product", "Units", "Price"])
    assert sales.rows == [("Apple", 3, Decimal("1.50")), ("Pear", 5, Decimal("2.50"))]
    assert sales.decided("header")["confidence"] == "certain"
    assert (article.names, article.rows) == (["title", "para"], [("Report", "Some words")])


@pytest.mark.parametrize("text", [
    "<r><s><table><tr><th>a</th><th>b</th></tr><tr><td>x</td><td>1</td></tr><tr><td>y</td><td>2</td></tr></table></s></r>",
    "<r><s><table frame='all'><caption class='c'>The <b href='u'>name</b></caption>"
    "<colgroup><col width='1'/><col/></colgroup>"
    "<thead><tr><td>a</td><td>b</td></tr></thead><tr><td>x</td><td>1</td></tr><tr><td>y</td><td>2</td></tr></table></s></r>",
    "<table><row><entry>a</entry><entry>b</entry></row><row><entry>x</entry><entry>1</entry></row>"
    "<row><entry>y</entry><entry>2</entry></row></table>",
    "<t:doc xmlns:t='urn:t'><t:table><t:row role='label'><t:cell>a</t:cell><t:cell>b</t:cell></t:row>"
    "<t:row><t:cell>x</t:cell><t:cell>1</t:cell></t:row><t:row><t:cell>y</t:cell><t:cell>2</t:cell></t:row></t:table></t:doc>",
])  # fmt: skip
def test_cells_are_columns_by_their_place(text: str) -> None:
    table = load_one(text)
    assert (table.names, table.rows) == (["a", "b"], [("x", 1), ("y", 2)])


def test_cells_that_reach_over_others_and_columns_that_a_row_leaves_out() -> None:
    body = (
        "<row><entry morerows='1'>N</entry><entry namest='b' nameend='c'>7</entry></row>"
        "<row><entry>8</entry><entry>9</entry></row><row><entry>S</entry><entry colname='c'>5</entry></row>"
    )
    text = CALS[: CALS.index("<tbody>") + 7] + body + CALS[CALS.index("</tbody>") :]
    assert load(text)[0].rows == [("N", 7, 7), ("N", 8, 9), ("S", None, 5)]


def test_each_table_is_one_of_its_own() -> None:
    one = "<tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr>"
    two = "<tr><th>c</th><th>d</th></tr><tr><td>x</td><td>y</td></tr>"
    tables = load(f"<doc><table>{one}</table><p>words</p><table><caption>Second</caption>{two}</table></doc>")
    assert [(table.name, table.names) for table in tables] == [
        ("Table 1", ["a", "b"]),
        ("Second", ["c", "d"]),
        ("doc", ["p"]),
    ]


def test_words_around_a_table_and_what_it_says_of_itself_are_kept() -> None:
    rows = "<tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr>"
    tables = load(f"<doc>some {'<b/>' * 9}<table>{rows}</table>words<sheet year='2024'>{rows}</sheet></doc>")
    assert named(tables, "doc").rows == [("some\nwords", 2024)]
    assert len(tables) == 4
    within = load(f"<doc><p>among <table>{rows}</table> words</p><p>two</p></doc>")
    assert within[0].rows[0] == ("among <table>" + rows + "</table> words",)
    parts = load(f"<doc><part id='1'><table>{rows}</table></part><part id='2'><table>{rows}</table></part></doc>")
    assert "which <part>" in parts[0].receipt["warnings"][0]["reason"] and named(parts, "part").rows == [(1,), (2,)]
    linked = load_one(
        "<t><row><cell>a</cell><cell>b</cell></row><row><cell>1</cell><cell><a href='u'>2</a></cell></row></t>"
    )
    assert "href" in linked.receipt["warnings"][0]["reason"]


@pytest.mark.parametrize("text", [
    "<t><row><entry key='a'>1</entry><entry key='b'>2</entry></row><row><entry key='a'>3</entry></row></t>",
    "<t><row of='x'><entry>1</entry><entry>2</entry></row><row of='y'><entry>3</entry><entry>4</entry></row></t>",
    "<t><row><entry><k>a</k><v>1</v></entry><entry><k>b</k><v>2</v></entry></row><row><entry><k>a</k></entry></row></t>",
    "<t><row><entry>1</entry><entry>2</entry><note>x</note></row><row><entry>3</entry><entry>4</entry></row></t>",
    "<t><row><entry>1</entry></row><row><entry>3</entry></row></t>",
    "<t><o><item>1</item><item>2</item></o><o><item>3</item><item>4</item></o></t>",
])  # fmt: skip
def test_rows_of_another_kind_are_read_as_before(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(table.name, table.names, table.rows) for table in load(text)]
    monkeypatch.setattr(xml_text, "grids_in", lambda root: None)
    assert found == [(table.name, table.names, table.rows) for table in load(text)]


@pytest.mark.parametrize("odd", [
    "<row><entry key='x'>1</entry><entry>2</entry></row>", "<row><entry>1</entry><entry>2</entry><note>n</note></row>",
    "<row>words<entry>1</entry><entry>2</entry></row>", "<remark>words</remark>", "words",
])  # fmt: skip
def test_nothing_is_lost_that_stands_far_behind(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "<row><entry>1</entry><entry>2</entry></row>"
    text = f"<doc><table><tbody>{row * 12_000}{odd}</tbody></table><s><table>{row}{row}</table></s>"
    text += f"<s id='id'><table>{row}{row}</table></s><s><table kind='kind'>{row}{row}</table></s></doc>"
    monkeypatch.setattr(xml_text, "SURVEY_BYTES", 1000)
    values = [str(value) for table in load(text) for row in table.rows for value in row]
    assert {"id", "kind"} <= set(values)
    assert any(word in value for word in ("x", "n", "words") for value in values if word in odd)


def test_very_many_tables_are_read_as_other_xml() -> None:
    text = "<tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>"
    tables = load("<doc>" + f"<table>{text}</table>" * (xml_grids.MOST_GRIDS + 1) + "</doc>")
    assert named(tables, "td").counts == (404, 404, 0, 0)
