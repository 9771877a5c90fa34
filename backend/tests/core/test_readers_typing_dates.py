"""Dates and times as languages and programs write them; months, quarters and weeks; names of zones.

Dates in other languages are those that the CLDR (version 48, by Babel) prints for 6 January, 11 February and 16 March
2024, instants are worked out with the time zone database of Python.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from support.typing import one, typed

from tablewright.core.errors import Invalid
from tablewright.core.readers.calendar_names import _MONTHS, MONTHS, plain_word
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet
from tablewright.core.readers.printed import document

THREE = [date(2024, 1, 6), date(2024, 2, 11), date(2024, 3, 16)]
NARROW = "\u202f"


def utc(zone: str, *parts: int, fold: int = 0) -> datetime:
    """The instant in UTC of a local time, by Python's zoneinfo."""
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    "values",
    [
        ["Saturday, January 6, 2024", "Sunday, February 11, 2024", "Saturday, March 16, 2024"],
        ["Saturday 6 January 2024", "Sunday 11 February 2024", "Saturday 16 March 2024"],
        ["Samstag, 6. Januar 2024", "Sonntag, 11. Februar 2024", "Samstag, 16. März 2024"],
        ["samedi 6 janvier 2024", "dimanche 11 février 2024", "samedi 16 mars 2024"],
        ["sábado, 6 de enero de 2024", "domingo, 11 de febrero de 2024", "sábado, 16 de marzo de 2024"],
        ["6 de jan. de 2024", "11 de fev. de 2024", "16 de mar. de 2024"],
        ["sabato 6 gennaio 2024", "domenica 11 febbraio 2024", "sabato 16 marzo 2024"],
        ["zaterdag 6 januari 2024", "zondag 11 februari 2024", "zaterdag 16 maart 2024"],
        ["lördag 6 januari 2024", "söndag 11 februari 2024", "lördag 16 mars 2024"],
        ["lørdag den 6. januar 2024", "søndag den 11. februar 2024", "lørdag den 16. marts 2024"],
        ["lørdag 6. januar 2024", "søndag 11. februar 2024", "lørdag 16. mars 2024"],
        ["lauantai 6. tammikuuta 2024", "sunnuntai 11. helmikuuta 2024", "lauantai 16. maaliskuuta 2024"],
        ["sobota, 6 stycznia 2024", "niedziela, 11 lutego 2024", "sobota, 16 marca 2024"],
        ["sobota 6. ledna 2024", "neděle 11. února 2024", "sobota 16. března 2024"],
        ["sobota 6. januára 2024", "nedeľa 11. februára 2024", "sobota 16. marca 2024"],
        ["2024. január 6., szombat", "2024. február 11., vasárnap", "2024. március 16., szombat"],
        ["2024. jan. 6.", "2024. febr. 11.", "2024. márc. 16."],
        ["sâmbătă, 6 ianuarie 2024", "duminică, 11 februarie 2024", "sâmbătă, 16 martie 2024"],
        ["6 Oca 2024", "11 Şub 2024", "16 Mar 2024"],
        ["6 OCAK 2024", "11 ŞUBAT 2024", "16 MART 2024"],
        ["суббота, 6 января 2024 г.", "воскресенье, 11 февраля 2024 г.", "суббота, 16 марта 2024 г."],
        [f"6 янв. 2024{NARROW}г.", f"11 февр. 2024{NARROW}г.", f"16 мар. 2024{NARROW}г."],
        ["субота, 6 січня 2024 р.", "неділя, 11 лютого 2024 р.", "субота, 16 березня 2024 р."],
        ["събота, 6 януари 2024 г.", "неделя, 11 февруари 2024 г.", "събота, 16 март 2024 г."],
        ["Σάββατο, 6 Ιανουαρίου 2024", "Κυριακή, 11 Φεβρουαρίου 2024", "Σάββατο, 16 Μαρτίου 2024"],
        ["6 ΙΑΝΟΥΑΡΙΟΣ 2024", "11 ΦΕΒΡΟΥΑΡΙΟΣ 2024", "16 ΜΑΡΤΙΟΣ 2024"],
        ["Sabtu, 06 Januari 2024", "Minggu, 11 Februari 2024", "Sabtu, 16 Maret 2024"],
        ["6 tháng 1, 2024", "11 tháng 2, 2024", "16 tháng 3, 2024"],
        ["2024年1月6日", "2024年2月11日", "2024年3月16日"],
        ["2024年1月6日星期六", "2024年2月11日星期日", "2024年3月16日星期六"],
        ["2024年1月6日土曜日", "2024年2月11日日曜日", "2024年3月16日土曜日"],
        ["2024/01/06(土)", "2024/02/11(日)", "2024/03/16(土)"],
        ["2024년 1월 6일 토요일", "2024년 2월 11일 일요일", "2024년 3월 16일 토요일"],
        ["24. 1. 06.", "24. 2. 11.", "24. 3. 16."],
        ["Sa, 06.01.2024", "So, 11.02.2024", "Sa, 16.03.2024"],
        ["6th of January 2024", "11th of February 2024", "16th of March 2024"],
    ],
)
def test_dates_of_many_languages(values):
    assert one(values).values[0] == THREE


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["2024年1月6日 10时30分"], [datetime(2024, 1, 6, 10, 30)]),
        (["2024年1月6日 下午3:05", "2024年1月6日 上午9:05"], [datetime(2024, 1, 6, h, 5) for h in (15, 9)]),
        (["2024年1月6日 午後3時05分"], [datetime(2024, 1, 6, 15, 5)]),
        (["2024년 1월 6일 오후 3:05:10"], [datetime(2024, 1, 6, 15, 5, 10)]),
        (["2024. 1. 6. 오전 12:30"], [datetime(2024, 1, 6, 0, 30)]),
        (["2024/1/6 晚上11:05", "2024/1/7 中午12:10"], [datetime(2024, 1, 6, 23, 5), datetime(2024, 1, 7, 12, 10)]),
        (["6 янв. 2024 г., 18:06:12"], [datetime(2024, 1, 6, 18, 6, 12)]),
        (["6. Januar 2024 um 18:06 Uhr"], [datetime(2024, 1, 6, 18, 6)]),
        (["28.02.2024 18:06 Uhr"], [datetime(2024, 2, 28, 18, 6)]),
        (["6 janvier 2024 à 18h06"], [datetime(2024, 1, 6, 18, 6)]),
        (["28/02/2024 18.06.12"], [datetime(2024, 2, 28, 18, 6, 12)]),
        (["6.1.2024 klo 18.06"], [datetime(2024, 1, 6, 18, 6)]),
        (["January 6, 2024 at 6:06 PM"], [datetime(2024, 1, 6, 18, 6)]),
        ([f"2/28/2024, 6:06:12{NARROW}PM"], [datetime(2024, 2, 28, 18, 6, 12)]),
        (["28/2/2024 6:06 p. m.", "1/2/2024 6:06 a. m."], [datetime(2024, 2, 28, 18, 6), datetime(2024, 2, 1, 6, 6)]),
        (["28/2/2024, 6:06 μ.μ."], [datetime(2024, 2, 28, 18, 6)]),
        (["2024-01-05 10:00:00,123"], [datetime(2024, 1, 5, 10, 0, 0, 123000)]),
        (["Fri Jan  5 10:00:00 2024"], [datetime(2024, 1, 5, 10)]),
        (["18:06 Uhr", "5:06 Uhr"], [time(18, 6), time(5, 6)]),
        (["6:06 p.m.", "5:06 a.m."], [time(18, 6), time(5, 6)]),
    ],
)  # fmt: skip
def test_dates_with_the_time_of_many_languages(values, read):
    assert one(values).values[0] == read


def test_no_name_is_two_different_months():
    for line in filter(None, _MONTHS.split("\n")):
        words = line.split()
        assert [MONTHS[plain_word(word)] for word in words] == list(range(1, 13))


@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_every_name_of_a_month_is_read_in_any_case(case):
    words = sorted({word for word in _MONTHS.split() if case(word).isalpha()})  # ΐ has no capital of its own
    read = one([f"5 {case(word)} 2024" for word in words]).values[0]
    assert read == [date(2024, MONTHS[plain_word(word)], 5) for word in words]


def test_a_weekday_has_to_be_the_day_s_own_and_can_tell_the_order():
    found = one(["Fri 05/01/2024", "Wed 07/02/2024"])
    assert found.values[0] == [date(2024, 1, 5), date(2024, 2, 7)]
    assert found.decided("date order of x").confidence == "certain"
    wrong = one(["Mon, 05 Jan 2024", "Tue, 06 Feb 2024"])
    assert (wrong.types, wrong.values[0][0]) == (["text"], "Mon, 05 Jan 2024")
    assert '1 is not: "Mon, 05 Jan 2024"' in wrong.decided("type of x").evidence


def test_one_wrong_weekday_among_many_is_set_aside():
    days = [date(2024, 1, 1 + i % 28) for i in range(2000)]
    values = [f"{day:%a, %d %b %Y}" for day in days]
    values[700] = f"Fri, {days[700]:%d %b %Y}" if days[700].weekday() != 4 else f"Mon, {days[700]:%d %b %Y}"
    found = one(values)
    assert (found.types, found.receipt.rows_quarantined) == (["date"], 1)


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (
            ["2024-01-05 10:00 Europe/Berlin", "2024-07-05 10:00 America/New_York"],
            [utc("Europe/Berlin", 2024, 1, 5, 10), utc("America/New_York", 2024, 7, 5, 10)],
        ),
        (["2024-07-05T10:00:30[Asia/Kolkata]"], [utc("Asia/Kolkata", 2024, 7, 5, 10, 0, 30)]),
        (
            ["2024-10-27T02:30+02:00[Europe/Berlin]", "2024-10-27T02:30+01:00[Europe/Berlin]"],
            [utc("Europe/Berlin", 2024, 10, 27, 2, 30), utc("Europe/Berlin", 2024, 10, 27, 2, 30, fold=1)],
        ),
        (["2024-01-05T10:00:00Z[UTC]"], [datetime(2024, 1, 5, 10)]),
        (["05.07.2024 10:00 Australia/Lord_Howe"], [utc("Australia/Lord_Howe", 2024, 7, 5, 10)]),
        (
            ["2024-01-05 10:00 CET", "2024-07-05 10:00 CEST", "2024-07-05 10:00 UTC"],
            [utc("Europe/Berlin", 2024, 1, 5, 10), utc("Europe/Berlin", 2024, 7, 5, 10), datetime(2024, 7, 5, 10)],
        ),
        (
            ["Fri, 05 Jan 2024 10:00:00 EST", "Fri, 05 Jul 2024 10:00:00 PDT"],
            [utc("America/New_York", 2024, 1, 5, 10), utc("America/Los_Angeles", 2024, 7, 5, 10)],
        ),
        (
            ["1/5/2024 10:00 AM CST", "7/5/2024 10:00 AM CDT", "1/31/2024 10:00 AM CST"],
            [utc("America/Chicago", 2024, m, d, 10) for m, d in ((1, 5), (7, 5), (1, 31))],
        ),
        (["Fri Jan  5 10:00:00 CET 2024"], [utc("Europe/Berlin", 2024, 1, 5, 10)]),
        (["Fri Jan 05 10:00:00 +0000 2024"], [datetime(2024, 1, 5, 10)]),
        (
            ["Fri Jan 05 2024 10:00:00 GMT+0100 (Central European Standard Time)"],
            [utc("Europe/Berlin", 2024, 1, 5, 10)],
        ),
        (["Fri, 5 Jan 2024 10:00:00 +0100 (CET)"], [utc("Europe/Berlin", 2024, 1, 5, 10)]),
        (["Fri, 05 Jan 2024 10:00:00 GMT"], [datetime(2024, 1, 5, 10)]),
        (["2024-01-05 10:00 MSK"], [utc("Europe/Moscow", 2024, 1, 5, 10)]),
        (["2024-01-05 10:00 JST"], [utc("Asia/Tokyo", 2024, 1, 5, 10)]),
    ],
)
def test_named_zones_make_instants(values, read):
    found = one(values)
    assert (found.types, found.values[0]) == (["instant"], read)


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        ("2024-03-31 02:30", "Europe/Berlin"),  # skipped
        ("2024-10-27 02:30", "Europe/Berlin"),  # twice
        ("2024-11-03 01:59", "America/New_York"),
        ("2024-04-07 01:45", "Australia/Lord_Howe"),  # half an hour twice
        ("2011-12-30 12:00", "Pacific/Apia"),  # a day that was not
        ("2024-01-05 10:00", "Europe/Atlantis"),
    ],
)
def test_local_times_that_are_no_one_moment_of_their_zone_are_not_guessed(local, zone):
    values = [f"2024-01-05 {i % 24:02}:{i % 60:02} Europe/Berlin" for i in range(2000)]
    values[123] = f"{local} {zone}"
    found = one(values)
    assert (found.types, found.receipt.rows_quarantined) == (["instant"], 1)
    assert found.decided("type of x").examples == ({"value": values[123], "line": 124},)
    few = one(values[120:126])
    assert (few.types, few.values[0]) == (["text"], values[120:126])
    assert "skips or repeats" in few.decided("type of x").evidence


def test_an_offset_that_its_place_never_had_does_not_fit():
    values = ["2024-01-05T10:00+01:00[Europe/Berlin]", "2024-07-05T10:00+01:00[Europe/Berlin]"]
    found = one(values)
    assert (found.types, found.values[0]) == (["text"], values)


def test_what_abbreviations_were_taken_for_is_said():
    found = one(["2024-01-05 10:00 CET", "2024-07-05 10:00 CEST", "2024-01-06 10:00 CET"])
    decision = found.decided("zones of x")
    assert (decision.value, decision.confidence) == ("CEST +02:00, CET +01:00", "likely")
    assert decision.evidence.startswith("CEST is read as +02:00 (1), CET is read as +01:00 (2)")
    summer = one(["2024-01-05 10:00 EST", "2024-07-05 10:00 EST"]).decided("zones of x")
    assert (summer.confidence, "ASSUMED also in summer, when clocks there are ahead: 1 of EST" in summer.evidence) == (
        "assumed",
        True,
    )


def test_several_zones_are_said_and_one_place_is_kept(tmp_path):
    several = one(["2024-01-05 10:00 Europe/Berlin", "2024-01-05 10:00 Asia/Tokyo"]).decided("zones of x")
    assert several.evidence.startswith("values are written in Asia/Tokyo (1), Europe/Berlin (1)")
    offsets = one(["2024-01-05T10:00:00+02:00", "2024-01-05T10:00:00-05:00"]).decided("zones of x")
    assert offsets.evidence.startswith("values are written in +02:00 and -05:00, for instance")
    file = tmp_path / "t.csv"
    file.write_text("id,at\n1,2024-01-05 10:00 Europe/Berlin\n2,2024-07-05 10:00 Europe/Berlin\n")
    loaded = run({"path": str(file), "out_dir": str(tmp_path / "out")}, Quiet(tmp_path))
    (table,) = json.loads("".join(document(loaded)))["tables"]
    assert table["rows"] == [[1, "2024-01-05T10:00:00+01:00"], [2, "2024-07-05T10:00:00+02:00"]]


@pytest.mark.parametrize(
    ("zone", "why"),
    [
        ("IST", "of India, Israel and Ireland"),
        ("CST", "of North America and of China"),
        ("BST", "of British summer and of Bangladesh"),
    ],
)
def test_zones_of_many_meanings_stay_text_and_why_is_said(zone, why):
    values = [f"2024-01-05 10:00 {zone}", f"2024-01-06 10:00 {zone}"]
    found = one(values)
    assert (found.types, found.values[0]) == (["text"], values)
    assert f"times with {zone}, a zone {why}: kept as they are" in found.decided("type of x").evidence


@pytest.mark.parametrize(
    ("values", "first_days", "of"),
    [
        (["2024-01", "2024-11"], [(2024, 1, 1), (2024, 11, 1)], "months"),
        (["01/2024", "11/2024"], [(2024, 1, 1), (2024, 11, 1)], "months"),
        (["2024M01", "2024M11"], [(2024, 1, 1), (2024, 11, 1)], "months"),
        (["Jan 2024", "Nov 2024"], [(2024, 1, 1), (2024, 11, 1)], "months"),
        (["janvier 2024", "août 2024"], [(2024, 1, 1), (2024, 8, 1)], "months"),
        (["январь 2024", "май 2024"], [(2024, 1, 1), (2024, 5, 1)], "months"),
        (["2024年1月", "2024年11月"], [(2024, 1, 1), (2024, 11, 1)], "months"),
        (["2024-Q1", "2024-Q4"], [(2024, 1, 1), (2024, 10, 1)], "quarters"),
        (["Q1 2024", "Q3 2024"], [(2024, 1, 1), (2024, 7, 1)], "quarters"),
        (["1Q24", "2Q24"], [(2024, 1, 1), (2024, 4, 1)], "quarters"),
        (["2024-W05", "2020-W53"], [(2024, 1, 29), (2020, 12, 28)], "weeks"),
        (["KW 1/2024", "KW 05/2024"], [(2024, 1, 1), (2024, 1, 29)], "weeks"),
    ],
)
def test_months_quarters_and_weeks_stay_as_they_are_until_somebody_says_that_they_are_dates(values, first_days, of):
    found = one(values)
    decision = found.decided("type of x")
    assert (found.types, found.values[0], decision.choices) == (["text"], values, ("date",))
    assert f"{of} written like {values[0]}" in decision.evidence
    told = one(values, type="date")
    assert told.values[0] == [date(*parts) for parts in first_days]
    assert f"each the first day of one of the {of}" in told.decided("type of x").value
    assert one(values, type="timestamp").values[0] == [datetime(*parts) for parts in first_days]


def test_a_week_that_its_year_did_not_have_is_set_aside():
    found = one(["2024-W52", "2024-W53"], type="date")
    assert (found.values[0], found.receipt.rows_quarantined) == ([date(2024, 12, 23)], 1)


def test_months_that_are_whole_numbers_are_dates_only_when_told():
    assert one(["202401", "202412"]).types == ["integer"]
    assert one(["202401", "202412"], type="date").values[0] == [date(2024, 1, 1), date(2024, 12, 1)]


def test_months_with_short_years_may_be_days():
    decision = one(["Jan-24", "Feb-24"]).decided("type of x")
    assert "months of a year like Jan-24, or days of a year that is not said" in decision.evidence
    assert one(["Jan-24", "Feb-24"], type="date").values[0] == [date(2024, 1, 1), date(2024, 2, 1)]
    assert "or days" not in one(["Jan-99", "Feb-99"]).decided("type of x").evidence


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["1704448800", "1704448801"], [datetime(2024, 1, 5, 10), datetime(2024, 1, 5, 10, 0, 1)]),
        (["1704448800123"], [datetime(2024, 1, 5, 10, 0, 0, 123000)]),
        (["1704448800123456"], [datetime(2024, 1, 5, 10, 0, 0, 123456)]),
        (["1704448800.5"], [datetime(2024, 1, 5, 10, 0, 0, 500000)]),
    ],
)
def test_numbers_that_count_since_1970_are_moments_only_when_told(values, read):
    assert one(values).types in (["integer"], ["decimal"])
    for type in ("instant", "timestamp"):
        assert one(values, type=type).values[0] == read


def test_fourteen_digits_are_moments_when_the_name_or_many_values_say_so():
    values = [f"2024{1 + i % 12:02}{1 + i % 28:02}{i % 24:02}3015" for i in range(40)]
    read = [datetime(2024, 1 + i % 12, 1 + i % 28, i % 24, 30, 15) for i in range(40)]
    assert one(values).values[0] == read
    assert one(values[:3]).types == ["integer"]
    assert typed({"start_date": values[:3]}).values[0] == read[:3]
    assert one(values[:3], type="timestamp").values[0] == read[:3]
    # The number of an order within its day.
    assert one([f"20240105{i:04}" for i in range(1, 41)]).types == ["integer"]
    assert one([f"20240105{i:06}" for i in range(1, 41)]).types == ["integer"]


@pytest.mark.parametrize("values", [["05/01/2567", "17/03/2567"], ["2567-01-05", "2566-03-07"]])
def test_years_of_the_buddhist_calendar_stay_as_they_are(values):
    found = one(values)
    assert (found.types, found.values[0]) == (["text"], values)
    assert "years like those of the Buddhist calendar" in found.decided("type of x").evidence


def test_far_years_are_dates():
    assert one(["2500-12-31", "2500-12-31"]).types == ["date"]
    assert one(["2024-12-31", "2567-12-31", "9999-12-31"]).types == ["date"]


@pytest.mark.parametrize(
    "values",
    [
        ["MAR-24", "APR-30", "BOX-12"],
        ["DEC12", "JAN13"],
        ["1Q24", "3X90"],
        ["Q1", "Q2"],
        ["may", "june", "march"],
        ["1.2.3", "1.10.4"],
        ["10-12", "12-14"],
        ["5 May", "7 June"],
        ["11 Pro 64", "12 Pro 64"],
        ["Sold 5 Jan 2024", "Bought 7 Mar 2024"],
        ["令和6年1月5日", "令和6年3月7日"],
        ["R6.1.5", "R6.3.7"],
        ["5 ม.ค. 2567", "7 มี.ค. 2567"],
        ["民國113年1月5日", "民國113年3月7日"],
        ["2024年13月5日", "2024年1月5日"],
        ["2024年1月5日 下午15:05", "2024年1月5日 下午3:05"],
        ["2024/1/5 晚上12:00", "2024/1/5 晚上9:00"],
        ["7:30 h", "8:15 h"],
        ["2h30", "1h15"],
        ["2024-01-05 10:00 XYZ", "2024-01-05 10:00 ABC"],
        ["2024-01-05 CET", "2024-01-06 CET"],
        ["5 Jan 2024 to 7 Jan 2024", "6 Jan 2024 to 8 Jan 2024"],
        ["Freitag der 13.", "Montag der 5."],
        ["iPhone 12 Mini 2020", "iPhone 13 Mini 2021"],
        ["2024 Q5", "2024 Q1"],
        ["2024-W54", "2024-W01"],
        ["Mar 5 2024 - Apr 6 2024"],
        ["Sun 5", "Mon 6"],
    ],
)
def test_what_only_looks_like_dates_stays_as_it_is(values):
    found = one(values)
    assert (found.types, found.values[0]) == (["text"], values)


def test_two_ways_of_writing_in_one_column_are_not_mixed():
    values = ["5 января 2024", "2024-01-05", "Jan 5, 2024"]
    assert one(values).values[0] == values


def test_one_odd_value_leaves_the_type_to_the_others():
    values = [f"{1 + i % 28} марта 2024 г." for i in range(2000)]
    values[1500] = "в марте"
    found = one(values)
    assert (found.types, found.receipt.rows_quarantined) == (["date"], 1)


def test_what_is_no_period_is_refused_as_a_date():
    with pytest.raises(Invalid):
        one(["2024-13", "2024-14"], type="date")


def test_hundreds_of_columns_of_dates_with_names_of_months_load():
    found = typed({f"d{i}": ["5 May 2024", "27 juin 2019", "3 März 2011"] for i in range(400)})
    assert {column.type for column in found.columns} == {"date"}
    assert found.values[399] == [date(2024, 5, 5), date(2019, 6, 27), date(2011, 3, 3)]
