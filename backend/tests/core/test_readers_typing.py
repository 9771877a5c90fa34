"""What a column of text is, decided on all of its values."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal as D

import pytest
from support.typing import one, typed

from tablewright.core.errors import Invalid
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet
from tablewright.core.readers.printed import document

NBSP, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("values", "physical", "read"),
    [
        (["1.234,56", "-12,5"], "DECIMAL(18,2)", [D("1234.56"), D("-12.50")]),
        (["1,234.56", "3"], "DECIMAL(18,2)", [D("1234.56"), D("3.00")]),
        (["1 234,56", "2 345 678"], "DECIMAL(18,2)", [D("1234.56"), D("2345678.00")]),
        ([f"1{NBSP}234,5", f"2{NARROW}345,5"], "DECIMAL(18,1)", [D("1234.5"), D("2345.5")]),
        (["1'234.56", "1’234’567.1"], "DECIMAL(18,2)", [D("1234.56"), D("1234567.10")]),
        (["1,23,456", "12,34,567", "7,89,012", "5"], "BIGINT", [123456, 1234567, 789012, 5]),
        (["(5.00)", "7.00", "(1,000.50)"], "DECIMAL(18,2)", [D("-5.00"), D("7.00"), D("-1000.50")]),
        (["5.00-", "6.00"], "DECIMAL(18,2)", [D("-5.00"), D("6.00")]),
        (["+5", "-3", "2"], "BIGINT", [5, -3, 2]),
        (["\u22125", "3"], "BIGINT", [-5, 3]),
        # All of one shape: with decimals they are amounts.
        (["16.228.329,22", "13.568.052,06"], "DECIMAL(18,2)", [D("16228329.22"), D("13568052.06")]),
        (["16 228 329,22", "13 568 052,06"], "DECIMAL(18,2)", [D("16228329.22"), D("13568052.06")]),
        (["1.234.567", "1.234"], "BIGINT", [1234567, 1234]),
        (["12345678901234567890,5", "1,25"], "DECIMAL(38,2)", [D("12345678901234567890.50"), D("1.25")]),
        (
            ["1.25", ".50", "-.75", "-.00", ".00"],
            "DECIMAL(18,2)",
            [D("1.25"), D(".50"), D("-.75"), D("0.00"), D("0.00")],
        ),
        (["1,25", ",50", "-,75"], "DECIMAL(18,2)", [D("1.25"), D(".50"), D("-.75")]),
        (["12,34,567", "5"], "VARCHAR", ["12,34,567", "5"]),
        # Filled up with zeros, and some with a sign: no identifiers.
        (["-01.75", "+03.50", "12.5"], "DECIMAL(18,2)", [D("-1.75"), D("3.50"), D("12.50")]),
        (["-01,75", "12,50"], "DECIMAL(18,2)", [D("-1.75"), D("12.50")]),
        (["-01.75", "007"], "VARCHAR", ["-01.75", "007"]),
        (["01.75", "12.50"], "VARCHAR", ["01.75", "12.50"]),
        # Doubles printed with all their digits.
        (["1.0000000000000001E-005", "2.1999999999999999E-005"], "DOUBLE", [1e-05, 2.2e-05]),
        (["1,6591E+00", "-2,5e-03", "3", "0,5"], "DOUBLE", [1.6591, -0.0025, 3.0, 0.5]),
        (["+4.37473E+00", "-1.9E-01", "2"], "DOUBLE", [4.37473, -0.19, 2.0]),
        (["($63.00)", "($7.50)"], "DECIMAL(18,2)", [D("-63.00"), D("-7.50")]),
        (["8535 AB", "8537 AB", "8539 AB"], "VARCHAR", ["8535 AB", "8537 AB", "8539 AB"]),
        ([" $ 7,643.09 ", " $(98.00)", "$12.50"], "DECIMAL(18,2)", [D("7643.09"), D("-98.00"), D("12.50")]),
        (["2,62,102.85", "31.00"], "DECIMAL(18,2)", [D("262102.85"), D("31.00")]),
        (["1,6591E+00", "2.5E-03"], "VARCHAR", ["1,6591E+00", "2.5E-03"]),
        (["1,23456789012345678E+00", "2,5"], "VARCHAR", ["1,23456789012345678E+00", "2,5"]),
        (["1.2345678901234567891E-005", "2.5"], "VARCHAR", ["1.2345678901234567891E-005", "2.5"]),
        # Not numbers: nothing may be lost, and not everything made of digits is to be added up.
        (["(1)", "(2)"], "VARCHAR", ["(1)", "(2)"]),
        (["0,5", "00,5"], "VARCHAR", ["0,5", "00,5"]),
        (["1,23", "1,234.5"], "VARCHAR", ["1,23", "1,234.5"]),
        (["1,2,3", "4,5,6"], "VARCHAR", ["1,2,3", "4,5,6"]),
        (["+49 30 1234567", "+49 30 7654321"], "VARCHAR", ["+49 30 1234567", "+49 30 7654321"]),
        (["552 100 554", "552 100 562"], "VARCHAR", ["552 100 554", "552 100 562"]),
        (["192.168.100.101", "192.168.101.123"], "VARCHAR", ["192.168.100.101", "192.168.101.123"]),
        (["1e-400", "2.5"], "VARCHAR", ["1e-400", "2.5"]),
        (["\u0663", "\u0664"], "VARCHAR", ["\u0663", "\u0664"]),
        (["DE89370400440532013000", "GB29NWBK60161331926819"], "VARCHAR", None),
        (["4111111111111111111", "12345678901234567890"], "VARCHAR", None),
        (["9781234567897", "0306406152"], "VARCHAR", None),
    ],
)
def test_numbers_of_any_locale(values, physical, read):
    found = one(values)
    assert (found.columns[0].physical, found.values[0]) == (physical, values if read is None else read)


@pytest.mark.parametrize(
    ("values", "read", "unit", "format"),
    [
        (["$74.69", "-$3", "($5.00)", "$1,000"], [D("74.69"), D("-3.00"), D("-5.00"), D("1000.00")], "$", "currency"),
        (["+ $73.01", "- $12.01", "+$5"], [D("73.01"), D("-12.01"), D("5.00")], "$", "currency"),
        (["5 €", "6,50€"], [D("5.00"), D("6.50")], "EUR", "currency"),
        (["USD 5", "USD 7.5"], [D("5.0"), D("7.5")], "USD", "currency"),
        (["CHF 1'234.50", "CHF 5.00"], [D("1234.50"), D("5.00")], "CHF", "currency"),
        (["Rs. 5.50", "Rs. 6"], [D("5.50"), D("6.00")], "Rs", "currency"),
        (["12 %", "5%", "-2.5 %"], [D("0.120"), D("0.050"), D("-0.025")], None, "percent"),
        (["12 kg", "5 kg"], [12, 5], "kg", None),
        (["10 m2", "1,5 m2"], [D("10.0"), D("1.5")], "m2", None),
        (["3 stars", "5 stars", "1 stars"], [3, 5, 1], "stars", None),
        (["$5", "€6"], ["$5", "€6"], None, None),
        (["5 %", "6"], ["5 %", "6"], None, None),
        (["12A", "13A"], ["12A", "13A"], None, None),
        (["5 May", "6 May", "7 May"], ["5 May", "6 May", "7 May"], None, None),
        (["500 BC", "300 BC", "200 BC"], ["500 BC", "300 BC", "200 BC"], None, None),
        (["Room 1", "Room 2", "Room 3"], ["Room 1", "Room 2", "Room 3"], None, None),
    ],
)
def test_units_become_part_of_the_column(values, read, unit, format):
    found = one(values)
    assert (found.values[0], found.columns[0].unit, found.columns[0].format) == (read, unit, format)


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["28/02/24", "01/03/24"], [date(2024, 2, 28), date(2024, 3, 1)]),
        (["02/28/24", "03/01/24"], [date(2024, 2, 28), date(2024, 3, 1)]),
        (["31-12-69", "01-01-68"], [date(1969, 12, 31), date(2068, 1, 1)]),
        (["24-01-31", "24-02-01", "23-02-28"], [date(2024, 1, 31), date(2024, 2, 1), date(2023, 2, 28)]),
        (["2024.02.28.", "2024.01.05."], [date(2024, 2, 28), date(2024, 1, 5)]),
        (["28. 2. 2024", "5. 1. 2024"], [date(2024, 2, 28), date(2024, 1, 5)]),
        (["28.2.2024.", "5.1.2024."], [date(2024, 2, 28), date(2024, 1, 5)]),
        (["28.2.2024. 10:30", "5.1.2024. 9:05"], [datetime(2024, 2, 28, 10, 30), datetime(2024, 1, 5, 9, 5)]),
        (["28 2 2024", "5 1 2024"], [date(2024, 2, 28), date(2024, 1, 5)]),
        (["2024/1/5", "2023/12/31"], [date(2024, 1, 5), date(2023, 12, 31)]),
        (["2024-1-5", "2023-12-31"], [date(2024, 1, 5), date(2023, 12, 31)]),
        (["1 Jan 2024", "5 JUNE 2023", "3 Sept 2022"], [date(2024, 1, 1), date(2023, 6, 5), date(2022, 9, 3)]),
        (["5. März 2024", "1. Dezember 2023"], [date(2024, 3, 5), date(2023, 12, 1)]),
        (["1er janvier 2024", "5 août 2023"], [date(2024, 1, 1), date(2023, 8, 5)]),
        (["3 de enero de 2024", "5 de mayo de 2023"], [date(2024, 1, 3), date(2023, 5, 5)]),
        (["7 gennaio 2024", "9 lug 2023"], [date(2024, 1, 7), date(2023, 7, 9)]),
        (["7 de março de 2024", "9 de dezembro de 2023"], [date(2024, 3, 7), date(2023, 12, 9)]),
        (["7 maart 2024", "9 okt. 2023"], [date(2024, 3, 7), date(2023, 10, 9)]),
        (["January 5, 2024", "May 6th, 2023"], [date(2024, 1, 5), date(2023, 5, 6)]),
        (["2024-Jan-05", "2023-Mai-06"], [date(2024, 1, 5), date(2023, 5, 6)]),
        (["05-Jan-24", "06-Dec-23"], [date(2024, 1, 5), date(2023, 12, 6)]),
        (["1/2/2024 3:05 PM", "12/25/2024 12:00 am"], [datetime(2024, 1, 2, 15, 5), datetime(2024, 12, 25)]),
        (
            ["1.2.2024 10:30", "15.2.2024 9:05:10.5"],
            [datetime(2024, 2, 1, 10, 30), datetime(2024, 2, 15, 9, 5, 10, 500000)],
        ),
        (["20240105T101500", "20240106T101501"], [datetime(2024, 1, 5, 10, 15), datetime(2024, 1, 6, 10, 15, 1)]),
        (["2024-01-05 10:00 UTC", "2024-01-05 11:00 UTC"], [datetime(2024, 1, 5, 10), datetime(2024, 1, 5, 11)]),
        (
            ["2024-01-05 10:00:00 +02:00", "2024-01-05 11:00:00 -0130"],
            [datetime(2024, 1, 5, 8), datetime(2024, 1, 5, 12, 30)],
        ),
        (
            ["05/Jan/2024:10:00:00 +0000", "06/Feb/2024:10:00:00 +0100"],
            [datetime(2024, 1, 5, 10), datetime(2024, 2, 6, 9)],
        ),
        (["10:30 PM", "9:05 am"], [time(22, 30), time(9, 5)]),
        (["10:30p", "9:05a"], [time(22, 30), time(9, 5)]),
        (["7/3/2018 1:47p", "7/13/2018 11:02:09 A"], [datetime(2018, 7, 3, 13, 47), datetime(2018, 7, 13, 11, 2, 9)]),
        # Days that are not in the calendar, and parts of dates, stay as they are.
        (["31/04/2024", "01/02/2024"], ["31/04/2024", "01/02/2024"]),
        (["2024-01", "2024-02"], ["2024-01", "2024-02"]),
        (["2024-W05", "2024-W06"], ["2024-W05", "2024-W06"]),
        (["5/1/24", "5/1/2024"], ["5/1/24", "5/1/2024"]),
        (["13:05 PM", "1:05 PM"], ["13:05 PM", "1:05 PM"]),
        (["28.2.24", "1.3.9"], ["28.2.24", "1.3.9"]),
    ],
)
def test_dates_and_times_as_they_are_written(values, read):
    assert one(values).values[0] == read


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["36:10:00", "1:00:00"], [130200, 3600]),
        (["36:10:00.5", "-1:00:00"], [D("130200.500000"), D("-3600.000000")]),
        (["PT5M", "P1DT2H", "-PT1S"], [300, 93600, -1]),
        (["2d 3h", "5m 10s", "1h 30min"], [183600, 310, 5400]),
    ],
)
def test_durations_stay_text_until_their_seconds_are_asked_for(values, read):
    kept = one(values)
    assert kept.values[0] == values
    said = kept.decided("type of x")
    assert "read as whole numbers they are seconds" in said.evidence
    assert said.choices == ("integer",)
    found = one(values, type="integer")
    assert (found.values[0], found.columns[0].unit, found.columns[0].format) == (read, "s", "duration")


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["ja", "Nein"], [True, False]),
        (["OUI", "non"], [True, False]),
        (["sí", "no"], [True, False]),
        (["vero", "falso"], [True, False]),
        (["да", "Нет"], [True, False]),
        (["はい", "いいえ"], [True, False]),
        (["kyllä", "Ei"], [True, False]),
        (["igen", "nem"], [True, False]),
        (["ναι", "ΌΧΙ"], [True, False]),
        (["✓", "✗"], [True, False]),
        (["on", "off"], [True, False]),
        (["yes", "unknown", "no"], [True, None, False]),
        (["yes", "maybe", "no"], ["yes", "maybe", "no"]),
        (["yes", "non"], ["yes", "non"]),
        (["1", "0"], [1, 0]),
    ],
)
def test_yes_and_no(values, read):
    found = one(values)
    assert found.values[0] == read
    if found.types == ["boolean"]:
        assert values[0].lower() in found.decided("type of x").evidence


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["5", "N/A", "k.A.", "-", "#N/A", "\\N", "7"], [5, None, None, None, None, None, 7]),
        (["2024-01-05", "0000-00-00"], [date(2024, 1, 5), None]),
        (["5", "."], [5, None]),
        (["NA", "DE", "FR"] * 40, ["NA", "DE", "FR"] * 40),
        (
            ["Null", "Smith", "Jones", "Miller", "Brown", "Davis"],
            ["Null", "Smith", "Jones", "Miller", "Brown", "Davis"],
        ),
        (["N/A", "N/A", "red"], [None, None, "red"]),
        (["NA", "NA"], ["NA", "NA"]),
    ],
)
def test_words_for_nothing(values, read):
    assert one(values).values[0] == read


def test_words_for_nothing_are_named_and_counted():
    found = one(["5"] * 10 + ["N/A"] * 2 + ["-"])
    decision = found.decided("empty words of x")
    assert (decision.value, decision.key, decision.column) == ('"N/A" (2), "-" (1)', "null_words", "c1")


def test_numbers_filled_up_with_zeros_are_numbers_where_they_begin_late():
    found = one([f"{n}.25" for n in range(2000)] + [f"-0{n}.75" for n in range(9)])
    assert (found.types, found.values[0][-1], found.receipt.rows_quarantined) == (["decimal"], D("-8.75"), 0)


@pytest.mark.parametrize("name", ["version", "Version", "app.version", "appVersion", "ver"])
def test_versions_are_no_decimals(name):
    found = typed(
        {name: ["1.10", "2.0", "1.9"], "conversion": ["1.10", "2.0", "1.9"], "price": ["1.10", "2.00", "1.90"]}
    )
    assert (found.types, found.values[0]) == (["text", "decimal", "decimal"], ["1.10", "2.0", "1.9"])
    assert "versions" in found.decided(f"type of {name}").evidence
    told = typed({name: ["1.10", "2.0"]}, {"columns": {name: {"type": "decimal"}}})
    assert told.types == ["decimal"]


def test_numbers_of_three_parts_among_others_are_no_errors():
    values = [f"{i // 100}.{i % 100}" for i in range(2000)]
    assert typed({"section": [*values, "3.1.4"]}).values[0][-1] == "3.1.4"
    assert len(typed({"section": [*values, "3,1;4"]}).values[0]) == 2000  # an error, set aside


def test_versions_are_no_dates():
    values = ["8.5.15", "8.5.14"]
    found = typed({"version": values, "meta.app_version": values, "Konversion vom": values})
    assert (found.types, found.values[0]) == (["text", "text", "date"], values)
    assert "versions" in found.decided("type of version").evidence
    told = typed({"version": values}, {"columns": {"version": {"type": "date"}}})
    assert told.types == ["date"]


@pytest.mark.parametrize("place", [0, 700, 20_000])
def test_one_odd_value_is_set_aside_wherever_it_stands(place):
    values = ["5"] * 20_000
    values.insert(place, "abc")
    found = typed({"x": values, "y": ["a,b"] * 20_001})
    assert (found.types[0], found.receipt.rows_loaded, found.receipt.rows_quarantined) == ("integer", 20_000, 1)
    (odd,) = found.receipt.quarantine
    assert (odd["line"], odd["column"], odd["raw"]) == (place + 1, "x", 'abc,"a,b"')
    assert '"abc"' in odd["reason"]
    decision = found.decided("type of x")
    assert (decision.confidence, decision.fits, decision.total) == ("likely", 20_000, 20_001)
    assert decision.examples == ({"value": "abc", "line": place + 1},)


@pytest.mark.parametrize(
    ("usual", "count", "odd"),
    [
        ("5", 999, ["abc"]),  # too few values to say what is usual
        ("5", 20_000, ["007"]),  # an identifier
        ("5", 20_000, ["12345678901234567890"]),
        ("5", 20_000, ["+4930123456"]),
        ("5", 20_000, ["sold out"] * 10),  # a word that says something
        ("5", 5000, [f"x{i}" for i in range(6)]),  # too many
        ("yes", 20_000, ["maybe"]),
    ],
)
def test_a_column_with_values_that_mean_something_stays_text(usual, count, odd):
    found = one([usual] * count + odd)
    assert (found.types, found.receipt.rows_quarantined) == (["text"], 0)
    assert found.values[0] == [usual] * count + odd
    decision = found.decided("type of x")
    assert (decision.fits, decision.total) == (count, count + len(odd))
    assert decision.examples[0] == {"value": odd[0], "line": count + 1}


@pytest.mark.parametrize(
    ("usual", "late", "read"),
    [
        (["5"], ["1.5", "abc"], D("5.0")),
        (["2024-01-05"], ["2024-02-30"], date(2024, 1, 5)),
        (["1.234,5"], ["abc"], D("1234.5")),
        (["5 €"], ["5 $"], 5),
        (["28/02/2024"], ["02/28/2024"], date(2024, 2, 28)),
    ],
)
def test_late_values_widen_the_type_and_only_the_odd_one_is_set_aside(usual, late, read):
    found = one(usual * 5000 + late)
    assert (found.values[0][0], found.receipt.rows_quarantined) == (read, 1)
    assert found.receipt.quarantine[0]["raw"] == late[-1]


def test_a_type_that_shows_late_is_found():
    assert one([None] * 2000 + ["5"] * 500 + ["1.5"] * 10 + ["1e5"]).values[0][-1] == 100000.0
    assert one(["1,234"] * 2000 + ["1,5"]).values[0][0] == D("1.234")


@pytest.mark.parametrize(
    ("columns", "what", "value", "confidence"),
    [
        ({"x": ["01/02/2024", "28/02/2024"]}, "date order of x", "day_first", "certain"),
        ({"x": ["01/02/2024"]}, "date order of x", "day_first", "assumed"),
        ({"x": ["01/02/2024"], "y": ["1/31/2024"]}, "date order of x", "month_first", "likely"),
        ({"x": ["1,234"]}, "decimal mark of x", ".", "assumed"),
        ({"x": ["1,234", "12"]}, "decimal mark of x", ".", "likely"),
        ({"x": ["1,234", "1,234,567"]}, "decimal mark of x", ".", "certain"),
        ({"x": ["1,234"], "y": ["1,5"]}, "decimal mark of x", ",", "likely"),
        ({"x": ["1.234"], "y": ["1.234,5"]}, "decimal mark of x", ",", "likely"),
    ],
)
def test_what_the_values_leave_open_is_said(columns, what, value, confidence):
    length = max(map(len, columns.values()))
    found = typed({name: (values * length)[:length] for name, values in columns.items()})
    decision = found.decided(what)
    assert (decision.value, decision.confidence) == (value, confidence)
    assert decision.key == ("date_order" if what.startswith("date") else "decimal_mark")
    surely = "certain" if confidence == "certain" else "likely"
    assert found.decided("type of x").confidence == surely, "a value is no surer than how it is read"


@pytest.mark.parametrize(
    ("zones", "zone"),
    [
        (["-05:00", "-05:00"], "-05:00"),
        (["+0530", "+0530"], "+05:30"),
        (["+02", "+02"], "+02:00"),
        (["+02:00", "+01:00"], None),
        (["Z", "Z"], None),
        (["+00:00"], None),
        (["+02:00", ""], None),
    ],
)
def test_the_one_zone_of_a_column_is_kept(zones, zone):
    found = one([f"2024-01-0{i}T12:00:00{zone}" for i, zone in enumerate(zones, start=1)])
    said = [each.value for each in found.receipt.decisions if each.what == "zone of x"]
    assert said == ([zone] if zone else [])


def test_points_in_time_are_printed_in_the_zone_they_were_written_in(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("at,utc\n2024-01-05T12:00:00-05:00,2024-01-05T12:00:00Z\n,2024-01-05T12:00:00Z\n")
    loaded = run({"path": str(file), "out_dir": str(tmp_path / "out")}, Quiet(tmp_path))
    (table,) = json.loads("".join(document(loaded)))["tables"]
    assert table["rows"] == [
        ["2024-01-05T12:00:00-05:00", "2024-01-05T12:00:00+00:00"],
        [None, "2024-01-05T12:00:00+00:00"],
    ]


def test_plain_decimals_are_not_put_in_doubt():
    found = typed({"x": ["1.234", "2.345"], "y": ["10", "20"]})
    assert [one.confidence for one in found.receipt.decisions] == ["certain"] * len(found.receipt.decisions)


def test_an_order_is_never_mixed_row_by_row():
    values = ["28/02/2024", "02/28/2024", "01/02/2024"] * 100
    found = one(values)
    assert (found.types, found.values[0]) == (["text"], values)
    decision = next(each for each in found.receipt.decisions if each.what == "type of x")
    assert decision.confidence == "assumed"
    assert "100 with the day first and 100 with the month first" in decision.evidence


def test_texts_that_only_look_like_days_at_first_are_not_put_in_doubt():
    for values in (["13/13/2024", "01/02/2024"], ["1.2.24", "13.2.24", "x"], ["12-12-2024", "99-99-9999"]):
        found = one(values * 20)
        assert not any(
            "month first" in each.evidence for each in found.receipt.decisions if each.confidence == "assumed"
        )


def test_eight_digits_are_a_date_when_the_name_or_many_values_say_so():
    days = [f"202401{day:02d}" for day in range(1, 31)]
    assert one(days).values[0][0] == date(2024, 1, 1)
    assert one(days).decided("type of x").confidence == "likely"
    assert typed({"order_date": days[:2]}).values[0][0] == date(2024, 1, 1)
    assert one(days[:5]).values[0][0] == 20240101
    assert typed({"date": [*days[:4], "20240231"]}).values[0][0] == 20240101


@pytest.mark.parametrize(
    ("option", "values", "read", "aside"),
    [
        ({"type": "text"}, ["1", "2"], ["1", "2"], 0),
        ({"type": "integer"}, ["1", "007", "1,5", "abc"], [1, 7], 2),
        ({"type": "decimal"}, ["1", "2"], [D(1), D(2)], 0),
        (
            {"type": "decimal", "decimal_mark": ","},
            ["1", "1,5", "2.5", "1.234,5"],
            [D("1.0"), D("1.5"), D("1234.5")],
            1,
        ),
        ({"decimal_mark": ","}, ["1,234"], [D("1.234")], 0),
        ({"type": "float"}, ["1e3", "2.5"], [1000.0, 2.5], 0),
        ({"type": "boolean"}, ["1", "0", "2"], [True, False], 1),
        ({"type": "date"}, ["1/2/2024", "28/2/2024", "soon"], [date(2024, 2, 1), date(2024, 2, 28)], 1),
        ({"date_order": "month_first"}, ["1/2/2024", "28/2/2024"], [date(2024, 1, 2)], 1),
        ({"format": "%Y.%d.%m"}, ["2024.31.01"], [date(2024, 1, 31)], 0),
        ({"format": "%d/%m/%y %H:%M"}, ["1/2/24 9:30"], [datetime(2024, 2, 1, 9, 30)], 0),
        ({"type": "timestamp"}, ["1/2/2024", "28/2/2024"], [datetime(2024, 2, 1), datetime(2024, 2, 28)], 0),
        ({"null_words": ["99"]}, ["5", "99", "7"], [5, None, 7], 0),
        ({"null_words": []}, ["5", "NA"], ["5", "NA"], 0),
        ({"type": "text", "null_words": ["x"]}, ["x", "y"], [None, "y"], 0),
    ],
)
def test_what_was_told_is_done(option, values, read, aside):
    found = one(values, **option)
    assert (found.values[0], found.receipt.rows_quarantined) == (read, aside)
    assert "null_words" in option or found.decided("type of x").confidence == "told"


def test_what_was_told_for_the_file_settles_only_what_is_open():
    options = {"date_order": "month_first", "decimal_mark": ","}
    found = typed({"a": ["1/2/2024"], "b": ["28/2/2024"], "n": ["1,234"], "m": ["12.50"]}, options)
    assert [values[0] for values in found.values] == [date(2024, 1, 2), date(2024, 2, 28), D("1.234"), D("12.50")]
    assert found.decided("date order of a").confidence == "told"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["99999"] * 30 + ["01067"], '"01067" would not stay the same as a number'),
        (["+49 30 1234567", "+49 30 7654321"], '"+49 30 1234567" would not stay the same as a number'),
        (["12345678901234567890", "1"], '"12345678901234567890" would not stay the same as a number'),
        (["1:30", "30:05:00"], ""),
        (["1-2", "3-4"], ""),
    ],
)
def test_why_digits_stay_text_is_said(values, why):
    found = one(values)
    said = f"{len(values)} values, 0 empty" + (f"; {why}" if why else "")
    assert (found.types, found.decided("type of x").evidence) == (["text"], said)


@pytest.mark.parametrize("option", [{"type": "date"}, {"format": "%Y/%d"}, {"format": "%Q"}, {"type": "integer"}])
def test_what_no_value_fits_is_refused(option):
    with pytest.raises(Invalid):
        one(["abc", "def"], **option)


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("id", [str(i) for i in range(1, 61)], "key"),
        ("customer_id", [str(i % 7) for i in range(60)], "identifier"),
        ("plz", [f"{i % 9:05d}" for i in range(60)], "identifier"),
        ("Telefon", [f"+49 30 {i % 9}12345" for i in range(60)], "identifier"),
        ("region", ["north", "south"] * 30, "category"),
        ("note", [f"note {i}" for i in range(60)], "text"),
        ("amount", [f"{i}.50" for i in range(60)], "measure"),
        ("Jahr", [str(2000 + i % 20) for i in range(60)], "time"),
        ("day", ["2024-01-05"] * 60, "time"),
        ("active", ["yes", "no"] * 30, "category"),
    ],
)
def test_the_role_of_a_column(name, values, role):
    assert typed({"note": ["same"] * 60, name + " ": values}).columns[1].role == role
