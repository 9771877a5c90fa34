"""Words that stand for values, in the languages tables are written in: nothing, yes and no, money, units."""

# ruff: noqa: SIM905 - lists of words are read most easily as words

from __future__ import annotations

import re
from collections.abc import Iterable

from tablewright.core.readers.calendar_names import MONTHS, plain_word

NULL_WORDS = frozenset(
    r"""
    na n/a n.a. #n/a #na #null! null nil nan none nul - -- --- ---- ----- – — . .. ... … : / ? * ~ \n
    (null) (none) [null] <null> <na>
    missing unknown undefined undetermined unspecified empty tbd tba void
    k.a. k.a unbekannt fehlt leer s/d s.d. n/d n.d. s/o inconnu desconocido sconosciuto onbekend
    """.split()
)
"""In lower case. They mean "no value" only in a column whose other values have a type."""
DOMINANT_NULL_WORDS = frozenset(["\\n", "null", "n/a", "#n/a", "-", "--"])
"""Those that may mean it in a column of text as well, where they make up a good part of it."""
SURE_NULL_WORDS = frozenset(["\\n", "<na>", "<null>", "(null)", "[null]", "#null!"])
"""Those that mean nothing else in any column: how programs print it."""
NULL_DATES = frozenset(["0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "00.00.0000", "00-00-0000"])

BOOLEAN_WORDS = (
    ("true", "false"),
    ("yes", "no"),
    ("t", "f"),
    ("y", "n"),
    ("on", "off"),
    ("ja", "nein"),
    ("ja", "nee"),
    ("ja", "nej"),
    ("j", "n"),
    ("oui", "non"),
    ("sí", "no"),
    ("si", "no"),
    ("sì", "no"),
    ("sim", "não"),
    ("sim", "nao"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("verdadeiro", "falso"),
    ("vero", "falso"),
    ("waar", "onwaar"),
    ("tak", "nie"),
    ("ano", "ne"),
    ("evet", "hayır"),
    ("да", "нет"),
    ("так", "ні"),
    ("истина", "ложь"),
    ("はい", "いいえ"),
    ("是", "否"),
    ("真", "假"),
    ("예", "아니요"),
    ("kyllä", "ei"),
    ("igen", "nem"),
    ("áno", "nie"),
    ("ναι", "όχι"),
    ("כן", "לא"),
    ("نعم", "لا"),
    ("✓", "✗"),
    ("✔", "✘"),
    ("☑", "☐"),
)

_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₴": "UAH",
    "₪": "ILS",
    "₫": "VND",
    "฿": "THB",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "R$": "BRL",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "$": "$",
    "¥": "¥",
    "kr": "kr",
    "kr.": "kr",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "TL": "TRY",
    "YTL": "TRY",
    "лв": "BGN",
    "лв.": "BGN",
    "руб": "RUB",
    "руб.": "RUB",
    "грн": "UAH",
    "грн.": "UAH",
    "kn": "HRK",
    "lei": "RON",
    "₦": "NGN",
    "₱": "PHP",
    "RM": "MYR",
    "Rp": "IDR",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
    "元": "CNY",
    "円": "JPY",
    "원": "KRW",
    "Rs": "Rs",
    "Rs.": "Rs",
}
_CODES = """
USD EUR GBP JPY CHF CAD AUD NZD CNY RMB INR BRL MXN RUB TRY PLN CZK HUF SEK NOK DKK ISK RON BGN HRK ZAR KRW SGD HKD TWD
THB IDR MYR PHP VND AED SAR ILS EGP NGN KES ARS CLP COP PEN UAH
""".split()
CURRENCIES = {**_SYMBOLS, **{code: code for code in _CODES}}
"""What a sign or code of money is kept as: its code where the sign has one meaning, else the sign."""

UNITS = frozenset(
    """
    kg mg µg lb lbs oz km cm mm µm nm mi ft yd ml cl dl hl m² m2 km² km2 ha m³ m3 kWh MWh GWh Wh kW MW GW
    mA kV mV Hz kHz MHz GHz °C °F hPa kPa MPa bar mbar psi sec min hrs hr ms µs ns days Tage Stk Stück pcs px rpm km/h
    mph m/s dB KB kB MB GB TB KiB MiB GiB TiB bit Mbps Mbit/s kcal cal kJ MJ Nm mol ppm ppb ° g m l L t
    s h W V A K N J B
    """.split()
)
_NOT_UNITS = frozenset(
    """
    am pm bc ad bce ce cr dr soll haben st nd rd th utc gmt z cet cest est edt pst pdt k mio mrd mia bn mn tsd e x
    """.split()
)

DATE_NAMES = re.compile(
    r"(^|[^a-z])(date|dates|datum|fecha|data|day|tag|jour|dia|giorno|dag|dob|birthday|birthdate|geburtsdatum|yyyymmdd|dt)"
    r"($|[^a-z])|date$|^date|datum$|_dt$|_on$",
)


_WITHIN = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where a word begins within a name: appVersion."""
_VERSION_NAMES = re.compile(r"(^|[^a-z])(versions?|ver|revision)($|[^a-z])")


def is_unit(word: str, *, apart: bool, values: Iterable[str]) -> bool:
    """Whether a word behind every number of a column is their unit; `apart` when a space stands before it.

    Single letters need the space: 12A and 5B are rooms and seats. Unknown words need it too, and three numbers; two
    capitals also numbers of several lengths, or they are postal codes: 8535 AB.
    """
    if word in UNITS:
        return apart or len(word) > 1 or word == "°"
    known = plain_word(word)
    letters = len(word) > 1 and all(letter.isalpha() for letter in word) and len(word) <= 12
    numbers = set(values)
    if len(word) == 2 and word.isupper() and len({len(number) for number in numbers}) == 1:
        return False
    return apart and letters and known not in _NOT_UNITS and known not in MONTHS and len(numbers) >= 3


def named_as_date(name: str) -> bool:
    """Whether a column's name says that it holds dates."""
    return DATE_NAMES.search(plain_word(name)) is not None


def named_as_version(name: str) -> bool:
    """Whether a column's name says that it holds versions."""
    return _VERSION_NAMES.search(plain_word(_WITHIN.sub(" ", name))) is not None
