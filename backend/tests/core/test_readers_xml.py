"""XML: what repeats is a record, nothing is dropped, nothing is fetched, no bomb goes off."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import Loaded, load, load_one

from tablewright.core.errors import Problem
from tablewright.core.readers import xml_text
from tablewright.core.readers.errors import EntityBomb, FileDamaged, TooDeep, TooManyColumns
from tablewright.core.readers.xml_runs import Runs
from tablewright.core.readers.xml_text import XmlReader

ORDERS = """<?xml version="1.0" encoding="UTF-8"?>
<orders exported="2024-05-01">
  <order id="1"><customer>Ann &amp; Co</customer><amount currency="EUR">12.50</amount></order>
  <order id="2"><customer><![CDATA[Bob <b>]]></customer><amount currency="USD">3.00</amount><note/></order>
</orders>
"""


def named(tables: list[Loaded], name: str) -> Loaded:
    return next(table for table in tables if table.name == name)


def test_elements_that_repeat_are_rows_and_the_rest_is_a_table_of_its_own() -> None:
    tables = load(ORDERS)
    assert [table.name for table in tables] == ["order", "orders"]
    order, around = tables
    assert order.names == ["id", "customer", "amount", "amount.currency", "note"]
    assert order.rows == [
        (1, "Ann & Co", Decimal("12.50"), "EUR", None),
        (2, "Bob <b>", Decimal("3.00"), "USD", None),
    ]
    assert order.counts == (2, 2, 0, 0)
    assert around.names == ["exported"]
    assert order.decided("record")["value"] == "/orders/order"
    assert not order.receipt["warnings"] and not around.receipt["warnings"]


def test_records_in_records_carry_the_key_of_the_outer_one() -> None:
    tables = load(
        "<shop><order><no>A</no><lines><line><sku>x</sku></line><line><sku>y</sku></line></lines></order>"
        "<order><no>B</no><lines><line><sku>z</sku></line></lines></order></shop>"
    )
    order, line = named(tables, "order"), named(tables, "line")
    assert order.rows == [(1, "A"), (2, "B")]
    assert line.names == ["order_id", "sku"]
    assert line.rows == [(1, "x"), (1, "y"), (2, "z")]


@pytest.mark.parametrize("order", ['<order id="7">', "<order><id>7</id>", '<order order_id="7">'])
def test_the_number_of_a_record_is_not_called_like_an_identifier_of_the_file(order: str) -> None:
    tables = load(f"<shop>{order}<line><sku>x</sku></line><line><sku>y</sku></line></order>{order}</order></shop>")
    assert named(tables, "order").names[0] == "order_row"
    assert named(tables, "order").rows == [(1, 7), (2, 7)]
    assert named(tables, "line").names == ["order_row", "sku"]
    assert named(tables, "line").decided("parent")["evidence"].startswith("order_row is the number")
    inner = load("<a><order><line order_id='7' n='1'/><line order_id='7' n='2'/></order><order/></a>")
    assert named(inner, "line").names == ["order_row", "order_id", "n"]


def test_repeated_values_are_a_table_with_a_link(tmp_path: Path) -> None:
    from tablewright.core.readers.load import run
    from tablewright.core.readers.model import Quiet

    path = tmp_path / "feed.xml"
    path.write_text("<f><item><tag>a</tag><tag>b</tag></item><item><tag>c</tag></item></f>")
    (tmp_path / "scratch").mkdir()
    params = {"path": str(path), "filename": "feed.xml", "out_dir": str(tmp_path / "out")}
    tables = {table["name"]: table for table in run(params, Quiet(tmp_path / "scratch"))["tables"]}
    assert tables["tag"]["links"] == [{"columns": ["c1"], "table": "item", "names": ["item_id"]}]
    assert tables["item"]["primary_key"] == ["c1"]
    assert tables["tag"]["row_count"] == 3


def test_several_kinds_of_records_are_several_tables() -> None:
    tables = load("<d><a><x>1</x></a><b><y>2</y></b><a><x>3</x></a><b><y>4</y></b><b><y>5</y></b></d>")
    assert {table.name: len(table.rows) for table in tables} == {"a": 2, "b": 3}


def test_a_document_in_which_nothing_repeats_is_one_row() -> None:
    table = load_one("<config><host>h</host><port>80</port></config>")
    assert table.names == ["host", "port"] and table.rows == [("h", 80)]
    assert load_one("<t>only words</t>").rows == [("only words",)]


def test_words_mixed_with_elements_stay_text_with_their_markup() -> None:
    table = load_one('<d><p>Hello <b k="1">dear</b> world</p><p>Tea &amp; <i>milk</i> too</p></d>')
    assert table.rows == [('Hello <b k="1">dear</b> world',), ("Tea &amp; <i>milk</i> too",)]
    assert table.decided("text with markup")["value"] == "p"


def test_an_attribute_and_an_element_of_one_name_are_told_apart() -> None:
    table = load_one('<d><r id="1"><id>a</id></r><r id="2"><id>b</id></r></d>')
    assert table.names == ["@id", "id"] and table.rows == [(1, "a"), (2, "b")]


def test_namespaces_are_left_out_of_names_unless_a_name_needs_them() -> None:
    table = load_one(
        '<f xmlns="urn:a" xmlns:m="urn:m" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<e><title xml:lang="en">T</title><m:title>M</m:title><n xsi:nil="true"/></e>'
        "<e><title>U</title><m:title>N</m:title><n>7</n></e></f>"
    )
    assert table.names == ["title", "title.lang", "m:title", "n"]
    assert table.rows == [("T", "en", "M", None), ("U", None, "N", 7)]
    assert "urn:m" in table.decided("namespaces")["evidence"]


def test_a_shape_that_changes_late_is_still_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_text, "SURVEY_BYTES", 1000)
    early = "<r><a>1</a></r>" * 20_000
    late = "<r><a>1</a><a>2</a><b k='v'>x</b></r>"
    tables = load(f"<d>{early}{late}</d>")
    assert {table.name: len(table.rows) for table in tables} == {"r": 20_001, "a": 20_002}
    assert named(tables, "r").names == ["r_id", "b", "b.k"]
    assert named(tables, "r").rows[-1] == (20_001, "x", "v")


@pytest.mark.parametrize(
    ("codec", "declared"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "utf-8"), ("utf-16", "UTF-16"), ("latin-1", "ISO-8859-1"),
     ("cp1252", "windows-1252"), ("cp1250", "windows-1250"), ("cp1251", "windows-1251"), ("shift_jis", "Shift_JIS"),
     ("euc-jp", "EUC-JP"), ("gb18030", "GB2312"), ("big5", "Big5"), ("koi8-r", "KOI8-R")],
)  # fmt: skip
def test_the_declared_encoding_is_used(codec: str, declared: str) -> None:
    word = {"cp1251": "Привет", "koi8-r": "Привет", "shift_jis": "日本語", "euc-jp": "日本語", "gb18030": "中文",
            "big5": "中文", "cp1250": "Łódź"}.get(codec, "Größe")  # fmt: skip
    text = f'<?xml version="1.0" encoding="{declared}"?><d><r><v>{word}</v></r><r><v>x</v></r></d>'
    assert load_one(text.encode(codec)).rows == [(word,), ("x",)]


def test_bytes_that_are_not_utf8_are_read_and_said() -> None:
    words = ["Größe", "für die Straße", "schöne Grüße aus München", "über fünf Äpfel"]
    table = load_one("".join(["<d>", *(f"<r><v>{word}</v></r>" for word in words), "</d>"]).encode("cp1252"))
    assert table.rows == [(word,) for word in words]
    assert "not UTF-8" in table.receipt["warnings"][0]["reason"]
    assert table.decided("encoding")["confidence"] == "assumed"


def test_letters_of_the_fifth_edition_may_stand_in_names() -> None:
    assert load_one("<d><ꙮ>é</ꙮ><ꙮ>ꙮ一</ꙮ></d>").names == ["ꙮ"]
    with pytest.raises(FileDamaged):
        load("<?xml version='1.0'?><d><\u0300a/></d>")


@pytest.mark.parametrize(
    ("text", "line"),
    [("<?xml version='1.0'?>\n<d>\n<r></s>\n</d>", 3), ("<?xml version='1.0'?>\n<d><r>", 2),
     ("<d>\n<r a='1' a='2'/>\n</d>", 2), ("<d>\n<r>&nope;</r></d>", 2), ("<d>\n<p:r/>\n</d>", 2),
     ("<d>\n<r>\0</r></d>", 2), ("<d></d>\n<d></d>", 2)],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused_with_its_place(text: str, line: int) -> None:
    with pytest.raises(FileDamaged) as refused:
        load(text)
    assert refused.value.where["line"] == line
    assert "column" in refused.value.detail or "position" in refused.value.where


def test_cut_off_anywhere_is_refused() -> None:
    for length in range(30, len(ORDERS) - 2, 7):
        with pytest.raises(Problem) as refused:
            load(ORDERS[:length])
        assert refused.value.where["line"] >= 1


def test_nothing_outside_of_the_file_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP SECRET")
    table = load_one(
        f'<!DOCTYPE d SYSTEM "{secret}" [<!ENTITY e SYSTEM "file://{secret}"><!ENTITY % p SYSTEM "{secret}">'
        '<!ENTITY own "mine">%p;]><d><r>&e;</r><r>&own;</r><r>&unknown;</r></d>'
    )
    assert table.rows == [("&e;",), ("mine",), ("&unknown;",)]
    assert any("was not fetched" in one["reason"] for one in table.receipt["warnings"])


def laughs(levels: int, times: int) -> str:
    declared = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * times}">' for i in range(1, levels))
    return f'<!DOCTYPE d [<!ENTITY l0 "lol">{declared}]><d><r>&l{levels - 1};</r><r/></d>'


def test_bombs_are_refused_before_they_go_off() -> None:
    quadratic = f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]><d>{"<r>&a;</r>" * 500}</d>'
    defaults = f'<!DOCTYPE d [<!ATTLIST r a CDATA "{"x" * 50_000}">]><d>{"<r/>" * 2000}</d>'
    for bomb in (laughs(10, 10), laughs(30, 1), quadratic, defaults):
        with pytest.raises(EntityBomb):
            load(bomb)
    assert load_one(laughs(3, 3)).rows[0] == ("lol" * 9,)


def test_depth_attributes_and_kinds_are_bounded() -> None:
    with pytest.raises(TooDeep):
        load("<d>" + "<a>" * 100_000 + "</a>" * 100_000 + "</d>")
    with pytest.raises(TooManyColumns):
        load("<d><r " + " ".join(f'a{i}="1"' for i in range(50_000)) + "/></d>")
    deep = load("<d>" + "<a>" * 200 + "<b>x</b>" + "</a>" * 200 + "</d>")
    assert "x" in str(deep[0].rows)
    many = "".join(f"<k{i}><v/></k{i}><k{i}><v>1</v></k{i}>" for i in range(300))
    with pytest.raises(Problem):
        load(f"<d>{many}</d>")
    assert len(load(f"<d><w>{many}</w><z/></d>")) == 1


def test_text_that_only_begins_like_xml_is_left_to_others() -> None:
    table = load_one("<b>name</b>,<i>n</i>\nx,1\ny,2\n")
    assert len(table.rows) >= 2 and len(table.names) == 2
    assert not XmlReader().claims(Path(__file__), b"a,b\n<c>,2\n")
    assert not XmlReader().claims(Path(__file__), b"<p>Tea</p>,1\n<p>Milk</p><table><tr><td>x</table>,2\n")


WORKBOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="Sales"><Table>
  <Row><Cell><Data ss:Type="String">Item</Data></Cell><Cell><Data ss:Type="String">Amount</Data></Cell>
   <Cell><Data ss:Type="String">Day</Data></Cell><Cell><Data ss:Type="String">Paid</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">Tea, green</Data></Cell><Cell><Data ss:Type="Number">12.5</Data></Cell>
   <Cell><Data ss:Type="DateTime">2024-01-02T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">Milk</Data></Cell>
   <Cell ss:Index="3"><Data ss:Type="DateTime">2024-01-03T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="Boolean">0</Data></Cell></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="Empty"><Table/></Worksheet>
 <Worksheet ss:Name="More"><Table><Row><Cell><Data ss:Type="String">k</Data></Cell>
  <Cell><Data ss:Type="String">v</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">a</Data></Cell><Cell><Data ss:Type="Number">1</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">b</Data></Cell><Cell><Data ss:Type="Number">2</Data></Cell></Row>
 </Table></Worksheet></Workbook>"""


def test_a_workbook_of_2003_is_read_by_its_sheets() -> None:
    sales, more = load(WORKBOOK, "book.xls")
    assert sales.name == "Sales" and more.name == "More"
    assert sales.names == ["Item", "Amount", "Day", "Paid"]
    assert [row[0] for row in sales.rows] == ["Tea, green", "Milk"]
    assert [str(row[2]) for row in sales.rows] == ["2024-01-02", "2024-01-03"]
    assert [row[3] for row in sales.rows] == [True, False] and sales.rows[1][1] is None
    assert more.rows == [("a", 1), ("b", 2)]


def test_tables_of_a_page_are_tables() -> None:
    page = """<!DOCTYPE html><html><body><p>Words<table>
      <caption>Prices</caption><tr><th>Item<th>Price</tr><tr><td>Tea<td>1.50<tr><td rowspan=2>Milk<td>2.00<tr><td>2.10
      </table><table><tr><td>a</td><td>x</td></tr><tr><td>b</td><td>y</td></tr></table><script>"<table>"</script>"""
    prices, other = load(page, "page.xls")
    assert prices.name == "Prices" and prices.names == ["Item", "Price"]
    assert prices.rows == [("Tea", Decimal("1.50")), ("Milk", Decimal("2.00")), ("Milk", Decimal("2.10"))]
    assert other.name == "Table 2"


CITIES = "<table><tr><th>City<th>n</tr>\n<tr><td>Brno</td><td>1</td></tr>\n<tr><td>Oslo</td><td>2</td></tr></table>"


@pytest.mark.parametrize("page", [
    f'<!doctype html><meta charset="utf-8"><title>x</title>{CITIES}', f"<!doctype html>\n<html><body>{CITIES}",
    f"<title>x</title>\n<h1>Cities</h1>{CITIES}", f"<p>Cities<p>{CITIES}", f"\ufeff<!DOCTYPE html><body>{CITIES}",
    f"<!doctype html><style>{'a{b:c}' * 20_000}</style>{CITIES}", f"\ufeff<html><body>{CITIES}".encode("utf-16-le"),
], ids=["meta", "doctype", "title", "p", "mark", "late", "utf-16"])  # fmt: skip
def test_pages_begin_in_many_ways(page: str | bytes) -> None:
    table = load_one(page)
    assert (table.names, table.rows) == (["City", "n"], [("Brno", 1), ("Oslo", 2)])


def test_a_page_without_a_table_is_refused() -> None:
    with pytest.raises(FileDamaged):
        load("<!doctype html><html><body><p>no such thing, here<br>a;b</p></body></html>")


VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from(" \t\n\r&<>'\""), max_size=8
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    rows = []
    for _ in range(draw(st.integers(2, 12))):
        inside = ""
        for name in draw(st.permutations(["a", "b", "c"])) if draw(st.booleans()) else ["a", "b", "c"]:
            form = draw(st.integers(0, 5))
            value = draw(VALUES)
            if form <= 2:
                inside += f"<{name}>{escape(value)}</{name}>" + draw(st.sampled_from(["", "\n  "]))
            elif form == 3:
                inside += f"<{name}/>"
            elif form == 4:
                inside += f"<{name} k={quoteattr(value)}><![CDATA[{value.replace(']', '')}]]></{name}><!-- <r> -->"
        rows.append(f"<r id={quoteattr(draw(VALUES))}>{inside}</r>{draw(st.sampled_from(['', chr(10)]))}")
    return f"<d>{''.join(rows)}</d>"


@settings(max_examples=15, deadline=None)
@given(documents())
def test_the_quick_way_reads_what_the_handlers_read(text: str) -> None:
    quick = [(table.name, table.names, table.rows, table.counts) for table in load(text)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Runs, "suit", staticmethod(lambda plan: False))
        slow = [(table.name, table.names, table.rows, table.counts) for table in load(text)]
    assert quick == slow
    assert quick[0][0] == "r" and quick[0][3][0] == text.count("<r id")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(ORDERS) - 1), st.integers(0, 255))
def test_flipped_bytes_are_read_or_refused(position: int, byte: int) -> None:
    data = bytearray(ORDERS.encode())
    data[position] = byte
    try:
        load(bytes(data))
    except Problem as problem:
        assert problem.detail


def test_values_named_by_an_attribute_are_columns():
    text = """<?xml version="1.0"?>
<Root><data>
  <record><field name="Country or Area" key="ABW">Aruba</field>
    <field name="Year">1960</field><field name="Value" /></record>
  <record><field name="Country or Area" key="AFG">Afghanistan</field>
    <field name="Year">1961</field><field name="Value">5.5</field></record>
</data></Root>"""
    table = load_one(text, "t.xml")
    assert table.names == ["Country or Area", "Country or Area.key", "Year", "Value"]
    assert table.rows == [("Aruba", "ABW", 1960, None), ("Afghanistan", "AFG", 1961, Decimal("5.5"))]


def test_tables_of_mysql_and_phpmyadmin_are_called_by_their_names():
    mysql = """<?xml version="1.0"?>
<mysqldump xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><database name="shop">
<table_data name="t1"><row><field name="id">1</field><field name="n">x</field></row>
<row><field name="id">2</field><field name="n" xsi:nil="true" /></row></table_data>
<table_data name="t2"><row><field name="a">5</field></row><row><field name="a">6</field></row></table_data>
</database></mysqldump>"""
    tables = {table.name: (table.names, table.rows) for table in load(mysql, "d.xml")}
    assert tables["t1"] == (["id", "n"], [(1, "x"), (2, None)])
    assert tables["t2"] == (["a"], [(5,), (6,)])
    rows = "".join(
        f'<table name="{name}"><column name="id">{i}</column><column name="n">a{i}</column></table>'
        for name in ("users", "items")
        for i in range(3)
    )
    tables = {t.name: t.rows for t in load(f'<pma><database name="d">{rows}</database></pma>', "d.xml")}
    assert tables["users"] == tables["items"] == [(0, "a0"), (1, "a1"), (2, "a2")]


@pytest.mark.parametrize(
    "text",
    [
        '<r><s name="a">one</s><s name="b">two</s><s name="c">three</s></r>',  # one record: they are the rows
        '<r><p><s name="a">1</s><s name="a">2</s></p><p><s name="a">3</s></p></r>',  # one name twice
        '<r><p><s name="a">1</s><s>2</s></p><p><s name="a">3</s><s name="b">3</s></p></r>',  # one without a name
        '<r><p><s name="a" v="1"/><s name="b" v="2"/></p><p><s name="a" v="3"/><s name="b" v="2"/></p></r>',  # no text
    ],
)
def test_other_elements_with_a_name_stay_rows(text):
    tables = {table.name: table for table in load(text, "t.xml")}
    assert "name" in tables["s"].names


@pytest.mark.parametrize("head", ["", '<?xml version="1.0"?>', "<!-- made by a program -->\n"])
def test_a_root_called_table_is_a_page_only_with_its_rows_and_cells(head: str) -> None:
    table = load_one(f"{head}<table><row><id>1</id><name>A</name></row><row><id>2</id><name>B</name></row></table>")
    assert (table.names, table.rows) == (["id", "name"], [(1, "A"), (2, "B")])
    table = load_one(f"{head}<table><TR><th>id</th><th>name</th></TR><tr><td>1</td><td>A</td></tr></table>")
    assert (table.names, table.rows) == (["id", "name"], [(1, "A")])


PLIST = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
%s
</plist>
"""


def test_a_dict_of_a_property_list_is_a_record_of_its_keys() -> None:
    table = load_one(
        PLIST % "<dict>\n\t<key>Name</key>\n\t<string>Ann &amp; Co</string>\n\t<key>Age</key><integer>5</integer>"
        "<key>is on</key><true/><key>at</key><date>2024-01-02T03:04:05Z</date><key>raw</key><data>aG\n\tk=</data>"
        "<key>in</key><dict><key>city</key><string>Oslo</string></dict></dict>"
    )
    assert table.names == ["Name", "Age", "is on", "at", "raw", "in.city"]
    assert table.rows == [("Ann & Co", 5, True, datetime(2024, 1, 2, 3, 4, 5), "aGk=", "Oslo")]
    assert table.decided("property list")["value"] == "version 1.0"


def test_the_dicts_of_an_array_are_rows() -> None:
    one, two = (f"<dict><key>id</key><integer>{i}</integer></dict>" for i in (1, 2))
    assert load_one(PLIST % f"<array>{one}{two}</array>").rows == [(1,), (2,)]
    tables = load(PLIST % f"<dict><key>all</key><array>{one}{two}</array><key>n</key><real>1.50</real></dict>", "p.xml")
    assert {table.name: table.rows for table in tables} == {"all": [(1,), (2,)], "p": [(Decimal("1.50"),)]}
    by_id = "".join(f"<key>{i}</key>{one}" for i in (10, 20, 30))
    assert named(load(PLIST % f"<dict><key>by</key><dict>{by_id}</dict></dict>"), "by").rows[2] == ("30", 1)


@pytest.mark.parametrize(
    "inside",
    [
        "<item>1</item><item>2</item>",
        "<dict><string>a</string></dict>",
        "<dict><key>a</key><string>b</string>words</dict>",
        '<dict><key>a</key><string lang="en">b</string></dict>',
        "<true>x</true>",
        "<string>a</string><string>b</string>",
    ],
)
def test_what_only_looks_like_a_property_list_is_read_as_any_xml(inside: str) -> None:
    table = load(PLIST % inside)[0]
    assert table.decided("record")["value"].startswith("/plist")


def test_values_behind_their_keys_are_called_by_them() -> None:
    table = load_one(
        "<d><r><map>\n<key>a</key>\n<int>1</int>\n<key>b b</key><s unit='m'>x</s><key>on</key><true/></map></r>"
        "<r><map><key>a</key><int>3</int></map><z>1</z></r></d>"
    )
    assert table.names == ["map.a", "map.b b", "map.b b.unit", "map.on", "z"]
    assert table.rows == [(1, "x", "m", True, None), (3, None, None, None, 1)]
    assert table.decided("keys")["confidence"] == "likely"


@pytest.mark.parametrize(
    "inside",
    [
        "<r><key>1</key><v>x</v></r><r><key>2</key><v>y</v></r>",  # one key a record
        "<r><key>1</key><v>x</v><key>2</key></r>",
        "<r><key>1</key><v>x</v><key>2</key><v>x</v></r><r><v>y</v><key>2</key></r>",
        "<r>words<key>1</key><v>x</v><key>2</key><v>x</v></r>",
        "<r><key/><v>x</v><key>2</key><v>x</v></r>",
        f"<r><key>{'long ' * 100}</key><v>x</v><key>2</key><v>x</v></r>",
        "<r><key k='1'>1</key><v>x</v><key>2</key><v>x</v></r>",
        "<r><key><b>1</b></key><v>x</v><key>2</key><v>x</v></r>",
        "<r><key><b>1</b>y</key><v>x</v><key>2</key><v>x</v></r>",
    ],
)
def test_keys_that_do_not_take_turns_with_values_are_values_themselves(inside: str) -> None:
    assert any("key" in name for table in load(f"<d>{inside}</d>") for name in table.names)


def test_values_of_very_many_keys_are_rows() -> None:
    words = "".join(f"<key>w{i}</key><says>{i}</says>" for i in range(3000))
    table = load_one(f"<d><words>{words}</words></d>")
    assert (table.names, table.rows[-1], len(table.rows)) == (["key", "says"], ("w2999", 2999), 3000)


def test_a_key_that_is_late_out_of_turn_changes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_text, "SURVEY_BYTES", 1000)
    early = "<r><key>a</key><v>1</v><key>b</key><v>2</v></r>" * 20_000
    assert load_one(f"<d>{early}<r><key>c</key><v>3</v></r></d>").rows[-1] == (None, None, 3)
    tables = load(f"<d>{early}<r><v>3</v></r></d>")
    assert {table.name: len(table.rows) for table in tables} == {"r": 20_001, "key": 40_000, "v": 40_001}


def test_numbered_elements_are_rows() -> None:
    items = "".join(f"<item{i}><name>n{i}</name><age>{i}</age></item{i}>" for i in range(5))
    item, about = load(f"<root><made>today</made>{items}</root>")
    assert item.name == "item" and item.names == ["name", "age"]
    assert item.rows == [(f"n{i}", i) for i in range(5)]
    assert item.decided("elements in <root>")["confidence"] == "likely"
    assert about.names == ["made"]


def test_numbered_elements_that_do_not_count_on_later_keep_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_text, "SURVEY_BYTES", 200)
    numbers = [*range(9), 20]
    items = "".join(f"<item{i}><name>n{i}</name><age>{i}</age></item{i}>" for i in numbers)
    table = load_one(f"<root>{items}</root>")
    assert table.rows == [(f"item{i}", f"n{i}", i) for i in numbers]


def test_elements_named_by_keys_are_rows_and_doubted() -> None:
    table = load_one("<c><AT><pop>9</pop><cap>Vienna</cap></AT><DE><pop>84</pop><cap>Berlin</cap></DE>"
                     "<FR><pop>68</pop><cap>Paris</cap></FR></c>")  # fmt: skip
    assert table.names == ["key", "pop", "cap"]
    assert table.rows == [("AT", 9, "Vienna"), ("DE", 84, "Berlin"), ("FR", 68, "Paris")]
    assert table.decided("elements in <c>")["confidence"] == "assumed"


def test_two_elements_with_the_same_children_are_columns_and_doubted() -> None:
    table = load_one("<c><AT><pop>9</pop><cap>Vienna</cap></AT><DE><pop>84</pop><cap>Berlin</cap></DE></c>")
    assert table.names == ["AT.pop", "AT.cap", "DE.pop", "DE.cap"]
    assert table.decided("elements in <c>")["confidence"] == "assumed"
