"""The value that a literal of SQL stands for. Whatever would have to be computed by a database has none."""

from __future__ import annotations

import codecs
import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import Enum

from tablewright.core.readers.sql.dialect import Dialect
from tablewright.core.readers.sql.tokens import Token

DEEPEST = 40
MOST_TEXT = 64 << 20


class NotLiteral(Exception):
    """An expression that only a database could compute. Its argument says which."""


class Left(Enum):
    """A value that is left to the table."""

    DEFAULT = "DEFAULT"
    NEXT = "the next number"


class Moment(bytes):
    """A time that the text does not hold (NOW() and the like): that at which the file was saved stands for it."""


Value = bytes | None | Left
"""Text as UTF-8, or as the bytes of the file."""

_ESCAPE = re.compile(rb"\\(.)|''", re.S)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"0": b"\0", b"Z": b"\x1a", b"b": b"\b", b"%": rb"\%", b"_": rb"\_"}
_ESCAPE_E = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))|''", re.S)
_ESCAPED_E = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f"}
_DAY_OF_ACCESS = re.compile(
    rb"#(\d{1,2})/(\d{1,2})/(\d{4})(?:(\d{1,2}):(\d{2})(?::(\d{2}))?([AP]M)?)?#", re.IGNORECASE
)  # without the spaces between its tokens
_CODE_POINT = re.compile(rb"\\(?:u?([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6})|U([0-9A-Fa-f]{8})|(\\))")


def unescaped(body: bytes) -> bytes:
    """The text between quotes, where a backslash escapes as MySQL has it."""
    if b"\\" not in body:
        return body.replace(b"''", b"'")
    return _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]) if m[1] is not None else b"'", body)


def _unescaped_e(body: bytes) -> bytes:
    """The text of E'…' of PostgreSQL."""

    def one(m: re.Match[bytes]) -> bytes:
        if m[1]:
            return bytes([int(m[1], 8) & 255])
        if m[2]:
            return bytes([int(m[2], 16)])
        if m[3] or m[4]:
            return _character(int(m[3] or m[4], 16))
        return _ESCAPED_E.get(m[5], m[5]) if m[5] is not None else b"'"

    return _ESCAPE_E.sub(one, body)


def _character(code: int) -> bytes:
    if code > 0x10FFFF:
        raise NotLiteral("a character beyond Unicode")
    return chr(code).encode("utf-8", "surrogatepass")


def code_points(body: bytes) -> bytes:
    """Text with characters written \\XXXX, \\uXXXX, \\+XXXXXX or \\UXXXXXXXX."""
    found = _CODE_POINT.sub(lambda m: b"\\" if m[4] else _character(int(m[1] or m[2] or m[3], 16)), body)
    # Characters beyond the first plane come as two halves.
    return found.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def binary(data: bytes) -> bytes:
    """Binary data as text: as it is where it is text, else \\x and hexadecimal digits."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return b"\\x" + data.hex().encode()
    if text.isprintable() or not any((c < " " and c not in "\t\n\r") or c == "\x7f" for c in text):
        return data
    return b"\\x" + data.hex().encode()


def quoted_name(text: bytes) -> str:
    """A name without its quotes, spelt as in the file."""
    mark, end = text[:1], text[-1:]
    if len(text) >= 2 and mark in b'"`[' and end in b'"`]':
        text = text[1:-1].replace(end + end, end)
    return named(text)


def named(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")


def string(text: bytes, dialect: Dialect) -> bytes:
    """The value of a string token."""
    backslash = dialect.backslash
    at = text.find(b"'") if text[:1] != b'"' else 0
    prefix, body = text[:at].strip().lower(), text[at + 1 : -1]
    if text[:1] == b'"':
        return unescaped(body.replace(b'""', b'"'))
    if dialect.a_line_each and b"\\u" in body:
        return code_points(body.replace(b"''", b"'"))
    match prefix:
        case b"n" if dialect.national_loses_blanks:
            return (unescaped(body) if backslash else body.replace(b"''", b"'")).rstrip(b" ")
        case b"" | b"n":
            return unescaped(body) if backslash else body.replace(b"''", b"'")
        case b"e":
            return _unescaped_e(body)
        case b"q" | b"nq":
            return body[1:-1]
        case b"x":
            return b"\\x" + body.lower()
        case b"b":
            return body
        case b"u&":
            return code_points(body.replace(b"''", b"'"))
        case b"_binary":
            return binary(unescaped(body) if backslash else body.replace(b"''", b"'"))
        case _:
            return unescaped(body) if backslash else body.replace(b"''", b"'")


class Expression:
    """The tokens of one expression, read as a literal if it is one.

    `value` raises NotLiteral for anything else. Casts, and the few functions that exporters write instead of
    literals, are understood.
    """

    def __init__(self, tokens: Sequence[Token], dialect: Dialect) -> None:
        self._tokens, self._dialect = tokens, dialect
        self._at = 0
        self._depth = 0

    def value(self) -> Value:
        if not self._tokens:
            raise NotLiteral("a missing value")
        value = self._joined()
        if self._at < len(self._tokens):
            raise NotLiteral(self._shown())
        return value

    def _shown(self) -> str:
        words = b" ".join(token.text for token in self._tokens[:12]).decode("utf-8", "replace")
        return words[:120]

    def _peek(self, ahead: int = 0) -> Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else Token("end", b"")

    def _take(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _expect(self, text: bytes) -> None:
        if self._take().text.upper() != text:
            raise NotLiteral(self._shown())

    def _joined(self) -> Value:
        """One value, or several joined by || or +."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotLiteral("an expression nested too deeply")
        first = self._cast()
        parts = [first]
        while self._peek().text == b"||" or (self._peek().text == b"+" and self._peek(1).kind == "string"):
            self._take()
            parts.append(self._cast())
        self._depth -= 1
        if len(parts) > 1:
            return _together(parts)
        if isinstance(first, Moment):
            return self._shifted(first)
        return first

    def _shifted(self, moment: Moment) -> Moment:
        """A time with the intervals that are added to it or taken from it; a bare number counts days."""
        while self._peek().text in (b"+", b"-"):
            sign = 1 if self._take().text == b"+" else -1
            if self._peek().word == b"INTERVAL":
                self._take()
                said = b" ".join(token.text.strip(b"'") for token in self._interval())
            else:
                said = self._take().text + b" day"
            moment = shifted(moment, said, sign)
        return moment

    def _interval(self) -> list[Token]:
        """The number and the unit behind INTERVAL, which may stand in one string."""
        found = [self._take()]
        if found[0].text in (b"-", b"+"):
            found = [Token("number", found[0].text + self._take().text)]
        if self._peek().kind == "word":
            found.append(self._take())
        return found

    def _cast(self) -> Value:
        """One value with the casts behind it."""
        value = self._one()
        while self._peek().text == b"::":
            self._take()
            self._type()
        if self._peek().word in (b"COLLATE",):
            self._at += 2
        return value

    def _type(self) -> bytes:
        """Pass over the name of a type; its first word."""
        name = self._take().text.upper()
        while self._peek().text == b"." and self._peek(1).kind in ("word", "name"):
            self._at += 1
            name = self._take().text.upper()
        while True:
            token = self._peek()
            if token.text == b"(":
                while self._at < len(self._tokens) and self._take().text != b")":
                    pass
            elif token.text == b"[" and self._peek(1).text == b"]":
                self._at += 2
            elif (token.kind == "name" and token.text == b"[]") or token.word in _TYPE_WORDS:
                self._at += 1
            else:
                return name.strip(b'"[]`')

    def _one(self) -> Value:
        token = self._take()
        match token.kind:
            case "string":
                value = string(token.text, self._dialect)
                while self._peek().kind == "string" and self._peek().text[:1] == b"'":
                    value += string(self._take().text, self._dialect)
                return value
            case "number":
                return token.text
            case "hex":
                digits = token.text[2:].lower()
                return b"\\x" + (b"0" + digits if len(digits) % 2 else digits)
            case "dollar":
                mark = token.text.index(b"$", 1) + 1
                return token.text[mark:-mark]
            case "op" if token.text in (b"-", b"+") and self._peek().kind == "number":
                number = self._take().text
                return number if token.text == b"+" else b"-" + number
            case "op" if token.text == b"(":
                inner = self._joined()
                self._expect(b")")
                return inner
            case "word" if token.text.startswith(b"#"):
                return self._between_hashes(token)
            case "word" | "name":
                return self._named(token)
        raise NotLiteral(self._shown())

    def _between_hashes(self, token: Token) -> bytes:
        """A day of Access, which has the month first in every country: #3/1/2024 10:30:00 PM#."""
        text = token.text
        while not text.endswith(b"#") and self._at < len(self._tokens):
            text += self._take().text
        found = _DAY_OF_ACCESS.fullmatch(text)
        if found is None:
            raise NotLiteral(self._shown())
        month, day, year, hour, minute, second, half = found.groups()
        said = b"%s-%s-%s" % (year, month.zfill(2), day.zfill(2))
        if hour is None:
            return said
        hours = int(hour) if half is None else int(hour) % 12 + 12 * (half.upper() == b"PM")
        return b"%s %02d:%s:%s" % (said, hours, minute, second or b"00")

    def _named(self, token: Token) -> Value:
        word = token.text.upper()
        if token.kind == "word" and word in _WORDS:
            return _WORDS[word]
        following = self._peek()
        if token.kind == "word" and word in CLOCKS and following.text != b"(":
            return self._now(CLOCKS[word])
        if token.text[:1] == b'"' and len(self._tokens) == 1:
            # Only MySQL and SQLite have text in double quotes, but where a value stands it is nothing else.
            return token.text[1:-1].replace(b'""', b'"')
        if (
            token.kind == "word"
            and following.kind == "string"
            and word in (b"DATE", b"TIME", b"TIMESTAMP", b"DATETIME")
        ):
            return string(self._take().text, self._dialect)
        if word == b"TIMESTAMP" and following.word in (b"WITH", b"WITHOUT"):
            self._at += 3
            return self._one()
        if word == b"INTERVAL" and following.kind == "string":
            value = string(self._take().text, self._dialect)
            self._type() if self._peek().kind == "word" else None
            return value
        if word == b"NEXT" and following.word == b"VALUE":
            self._at += 2
            self._take()
            while self._peek().text == b".":
                self._at += 2
            return Left.NEXT
        if word == b"ARRAY" and following.text == b"[":
            return self._array()
        if following.text == b"." and self._peek(1).text.upper() in (b"NEXTVAL", b"CURRVAL"):
            self._at += 2
            return Left.NEXT
        if following.text == b"." and self._peek(2).text == b"(":  # schema.function(…)
            self._take()
            return self._named(self._take())
        if following.text != b"(":
            raise NotLiteral(self._shown())
        self._take()
        return self._call(word.strip(b'"[]`'))

    def _call(self, name: bytes) -> Value:
        """The value of a call whose opening bracket was read."""
        if name in (b"CAST", b"TRY_CAST"):
            value = self._joined()
            self._expect(b"AS")
            kind = self._type()
            self._expect(b")")
            return cast(value, kind)
        if name in (b"CONVERT", b"TRY_CONVERT"):
            return self._convert()
        if name == b"NEXTVAL":
            self._arguments()
            return Left.NEXT
        if name in CLOCKS:
            self._arguments()
            return self._now(CLOCKS[name])
        if name in (b"DATE_ADD", b"DATE_SUB", b"ADDDATE", b"SUBDATE", b"DATEADD"):
            return self._date_add(name)
        function = _FUNCTIONS.get(name)
        if function is None:
            raise NotLiteral(self._shown())
        arguments = self._arguments()
        if any(isinstance(argument, Left) for argument in arguments):
            raise NotLiteral(self._shown())
        if arguments and isinstance(arguments[0], Moment) and name in (b"DATE", b"TIMESTAMP", b"TO_CHAR"):
            return arguments[0]
        if name in (b"DATE", b"TIME", b"DATETIME") and arguments and arguments[0] == b"now":
            moment = self._now(name)
            for said in arguments[1:]:
                moment = shifted(moment, said if isinstance(said, bytes) else b"", 1)
            return moment
        try:
            return function([argument for argument in arguments if not isinstance(argument, Left)])
        except (ValueError, IndexError, TypeError, AttributeError, OverflowError):
            raise NotLiteral(self._shown()) from None

    def _now(self, what: bytes) -> Moment:
        at = self._dialect.saved_at.isoformat(" ", "seconds").encode()
        return Moment({b"DATE": at[:10], b"TIME": at[11:]}.get(what, at))

    def _date_add(self, name: bytes) -> Value:
        """DATE_ADD(NOW(), INTERVAL 1 DAY) of MySQL, DATEADD(day, 1, GETDATE()) of SQL Server."""
        if name == b"DATEADD":
            unit = self._take().text
            self._expect(b",")
            count = self._joined()
            self._expect(b",")
            moment = self._joined()
            said = (count if isinstance(count, bytes) else b"") + b" " + unit
        else:
            moment = self._joined()
            self._expect(b",")
            if self._peek().word == b"INTERVAL":
                self._take()
            said = b" ".join(token.text.strip(b"'") for token in self._interval())
        self._expect(b")")
        if not isinstance(moment, Moment):
            raise NotLiteral(self._shown())
        return shifted(moment, said, -1 if b"SUB" in name else 1)

    def _convert(self) -> Value:
        """CONVERT(type, value, style) of SQL Server, CONVERT(value, type) and CONVERT(value USING …) of MySQL."""
        if self._peek().kind in ("word", "name") and self._peek().text.upper().strip(b"[]") in _CONVERTED:
            kind = self._type()
            self._expect(b",")
            value = self._joined()
        else:
            value = self._joined()
            kind = b""
            if self._take().text.upper() == b"USING":
                self._take()
            else:
                kind = self._type()
        if self._peek().text == b",":
            self._take()
            self._joined()
        self._expect(b")")
        return cast(value, kind)

    def _arguments(self) -> list[Value]:
        values: list[Value] = []
        if self._peek().text == b")":
            self._take()
            return values
        while True:
            values.append(self._joined())
            token = self._take()
            if token.text == b")":
                return values
            if token.text != b",":
                raise NotLiteral(self._shown())

    def _array(self) -> Value:
        """ARRAY[…] as PostgreSQL prints arrays."""
        self._take()
        parts: list[bytes] = []
        while self._peek().text != b"]":
            if self._at >= len(self._tokens):
                raise NotLiteral(self._shown())
            value = self._joined()
            if isinstance(value, Left):
                raise NotLiteral(self._shown())
            parts.append(_element(value))
            if self._peek().text == b",":
                self._take()
        self._take()
        return b"{" + b",".join(parts) + b"}"


CLOCKS = {
    **dict.fromkeys(
        (b"NOW", b"CURRENT_TIMESTAMP", b"LOCALTIMESTAMP", b"LOCALTIME", b"SYSDATE", b"SYSTIMESTAMP", b"GETDATE",
         b"GETUTCDATE", b"SYSDATETIME", b"SYSUTCDATETIME", b"SYSDATETIMEOFFSET", b"UTC_TIMESTAMP", b"CLOCK_TIMESTAMP",
         b"TRANSACTION_TIMESTAMP", b"STATEMENT_TIMESTAMP"),
        b"DATETIME",
    ),
    b"CURRENT_DATE": b"DATE", b"CURDATE": b"DATE", b"UTC_DATE": b"DATE", b"TODAY": b"DATE",
    b"CURRENT_TIME": b"TIME", b"CURTIME": b"TIME",
}  # fmt: skip
_SPAN = re.compile(rb"\s*([+-]?\d+)\s*([a-z]+?)s?\s*", re.I)
_UNITS = {
    b"second": timedelta(seconds=1), b"ss": timedelta(seconds=1), b"sec": timedelta(seconds=1),
    b"minute": timedelta(minutes=1), b"mi": timedelta(minutes=1), b"n": timedelta(minutes=1),
    b"min": timedelta(minutes=1), b"hour": timedelta(hours=1), b"hh": timedelta(hours=1),
    b"day": timedelta(days=1), b"dd": timedelta(days=1), b"d": timedelta(days=1),
    b"week": timedelta(weeks=1), b"wk": timedelta(weeks=1), b"ww": timedelta(weeks=1),
}  # fmt: skip
_MONTHS = {b"month": 1, b"mon": 1, b"mm": 1, b"m": 1, b"quarter": 3, b"qq": 3, b"year": 12, b"yy": 12, b"yyyy": 12}


def shifted(moment: Moment, span: bytes, sign: int) -> Moment:
    """The moment so much later: `span` is like `1 day`, `-2 hours` or `3 mon`. Raises NotLiteral for any other."""
    found = _SPAN.fullmatch(span)
    unit = found[2].lower() if found else b""
    if found is None or len(moment) < 10 or not (unit in _UNITS or unit in _MONTHS):
        raise NotLiteral(f"a time shifted by {named(span)}")
    count = int(found[1]) * sign
    at = datetime.fromisoformat(moment.decode())
    try:
        if unit in _UNITS:
            at += _UNITS[unit] * count
        else:
            months = at.year * 12 + at.month - 1 + _MONTHS[unit] * count
            year, month = months // 12, months % 12 + 1
            at = at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        raise NotLiteral(f"a time shifted by {named(span)}") from None
    whole = at.isoformat(" ", "seconds").encode()
    return Moment(whole[:10] if len(moment) == 10 and unit not in (b"hour", b"minute", b"second") else whole)


_WORDS: dict[bytes, Value] = {
    b"NULL": None,
    b"TRUE": b"true",
    b"FALSE": b"false",
    b"DEFAULT": Left.DEFAULT,
}
_TYPE_WORDS = {
    b"VARYING",
    b"PRECISION",
    b"WITH",
    b"WITHOUT",
    b"TIME",
    b"ZONE",
    b"LOCAL",
    b"UNSIGNED",
    b"SIGNED",
    b"INTEGER",
}
_CONVERTED = {
    b"DATETIME", b"DATETIME2", b"DATE", b"TIME", b"SMALLDATETIME", b"DATETIMEOFFSET", b"INT", b"BIGINT", b"SMALLINT",
    b"TINYINT", b"BIT", b"DECIMAL", b"NUMERIC", b"MONEY", b"FLOAT", b"REAL", b"NVARCHAR", b"VARCHAR", b"NCHAR", b"CHAR",
    b"VARBINARY", b"BINARY", b"XML", b"UNIQUEIDENTIFIER", b"TEXT", b"NTEXT", b"IMAGE",
}  # fmt: skip


def _together(parts: Sequence[Value]) -> bytes:
    texts = []
    for part in parts:
        if isinstance(part, Left):
            raise NotLiteral("DEFAULT within an expression")
        texts.append(part or b"")
    if sum(map(len, texts)) > MOST_TEXT:
        raise NotLiteral("a text that grows too long")
    return b"".join(texts)


def _element(value: bytes | None) -> bytes:
    if value is None:
        return b"NULL"
    if re.fullmatch(rb"[^\s{},\"\\]+", value) and value.upper() != b"NULL":
        return value
    return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


_ITEM = re.compile(rb'\s*(?:"((?:[^"\\]|\\.)*)"|([^{}",\\]+?))\s*(?=[,}])|[{},]', re.S)


def array(value: bytes) -> bytes:
    """An array literal as PostgreSQL prints it: without blanks and needless quotes."""
    if b'"' not in value and b", " not in value:
        return value
    made: list[bytes] = []
    place = 0
    while place < len(value):
        found = _ITEM.match(value, place)
        if found is None:
            return value
        place = found.end()
        if found[1] is not None:
            text = re.sub(rb"\\(.)", rb"\1", found[1], flags=re.S)
            made.append(_element(text) if text else b'""')
        else:
            made.append(found[2] if found[2] is not None else found[0].strip())
    return b"".join(made)


def cast(value: Value, kind: bytes) -> Value:
    """A cast literal: SQL Server writes dates as the bytes it stores."""
    if isinstance(value, bytes) and value.startswith(b"\\x") and kind in _STORED:
        try:
            return _STORED[kind](bytes.fromhex(value[2:].decode())).encode()
        except (ValueError, OverflowError, IndexError):
            raise NotLiteral(f"a {kind.decode()} that is none: {value[:40].decode()}") from None
    if isinstance(value, bytes) and kind in (b"DATETIME2", b"DATETIMEOFFSET", b"DATETIME"):
        return re.sub(rb"(\.\d{6})0(?=$|[ +-])", rb"\1", value)
    return value


def _datetime(data: bytes) -> str:
    if len(data) != 8:
        raise ValueError
    days, ticks = int.from_bytes(data[:4], "big", signed=True), int.from_bytes(data[4:], "big")
    moment = datetime(1900, 1, 1) + timedelta(days=days, milliseconds=round(ticks * 10 / 3))
    return moment.isoformat(" ", "milliseconds" if moment.microsecond else "seconds")


def _smalldatetime(data: bytes) -> str:
    if len(data) != 4:
        raise ValueError
    days, minutes = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:], "big")
    return (datetime(1900, 1, 1) + timedelta(days=days, minutes=minutes)).isoformat(" ")


def _day(data: bytes) -> str:
    if len(data) != 3:
        raise ValueError
    return date.fromordinal(int.from_bytes(data, "little") + 1).isoformat()


def _clock(data: bytes) -> str:
    ticks = int.from_bytes(data[1:], "little") * 10 ** (7 - data[0])
    moment = datetime(1, 1, 1) + timedelta(microseconds=ticks // 10)
    if moment.day != 1:
        raise ValueError
    return moment.time().isoformat()


def _datetime2(data: bytes) -> str:
    return f"{_day(data[-3:])} {_clock(data[:-3])}"


_STORED: dict[bytes, Callable[[bytes], str]] = {
    b"DATETIME": _datetime,
    b"SMALLDATETIME": _smalldatetime,
    b"DATE": _day,
    b"TIME": _clock,
    b"DATETIME2": _datetime2,
}

Known = Sequence[bytes | None]
_ORACLE_MARKS = (
    ("yyyy", "%Y"), ("rrrr", "%Y"), ("yy", "%y"), ("rr", "%y"), ("month", "%B"), ("mon", "%b"), ("mm", "%m"),
    ("ddd", "%j"),
    ("dd", "%d"), ("hh24", "%H"), ("hh12", "%I"), ("hh", "%I"), ("miss", "%M%S"), ("mi", "%M"), ("ss", "%S"),
    ("am", "%p"), ("pm", "%p"), ("a.m.", "%p"), ("p.m.", "%p"), ("fm", ""), ("fx", ""),
)  # fmt: skip


def _to_date(given: Known) -> bytes | None:
    """TO_DATE(text, format) and TO_TIMESTAMP of Oracle, DB2 and PostgreSQL."""
    text = given[0]
    if text is None:
        return None
    if len(given) < 2 or given[1] is None:
        return text
    rest, format = given[1].decode().lower(), ""
    digits = ""
    while rest:
        if found := re.match(r"[.,]?(?:ff\d?|x(?=ff)|us|ms)", rest):
            if found[0] not in ("x", ".x"):
                digits = ".%f"
                format += ".%f"
            rest = rest[found.end() :]
            continue
        if rest[0] == '"' and (end := rest.find('"', 1)) > 0:
            format, rest = format + rest[1:end], rest[end + 1 :]
            continue
        mark, code = next(((m, c) for m, c in _ORACLE_MARKS if rest.startswith(m)), (rest[0], rest[0]))
        format, rest = format + code, rest[len(mark) :]
    moment = datetime.strptime(text.decode().strip(), format)
    if not re.search(r"%[HIMSp]", format):
        return moment.date().isoformat().encode()
    return moment.isoformat(" ", "microseconds" if digits and moment.microsecond else "seconds").encode()


def _of_java(text: bytes) -> bytes:
    """Text with the escapes of Java."""
    text = re.sub(rb"\\([nrtbf\"'])", lambda m: _ESCAPED_E.get(m[1], m[1]), text)
    return code_points(text)


def _replaced(given: Known) -> bytes | None:
    text, old, new = given
    if text is None or old is None or new is None:
        return None
    if not old:
        return text
    if len(text) + text.count(old) * len(new) > MOST_TEXT:
        raise ValueError
    return text.replace(old, new)


def _bytes_of(value: bytes | None, coding: bytes | None) -> bytes | None:
    if value is None or coding is None:
        return None
    if coding.lower() == b"hex":
        return binary(bytes.fromhex(value.decode()))
    if coding.lower() == b"base64":
        return binary(codecs.decode(value, "base64"))
    raise ValueError


def _number(value: bytes | None) -> int:
    return int(value or b"")


_FUNCTIONS: dict[bytes, Callable[[Known], bytes | None]] = {
    b"TO_DATE": _to_date,
    b"TO_TIMESTAMP": _to_date,
    b"DATE": lambda given: given[0],
    b"TIMESTAMP": lambda given: given[0],
    b"TO_CLOB": lambda given: given[0],
    b"TO_NCLOB": lambda given: given[0],
    b"TO_CHAR": lambda given: given[0] if len(given) == 1 else _refuse(),
    b"TO_NUMBER": lambda given: given[0] if len(given) == 1 else _refuse(),
    b"TO_BLOB": lambda given: given[0],
    b"N": lambda given: given[0],
    b"EMPTY_CLOB": lambda given: b"",
    b"EMPTY_BLOB": lambda given: b"",
    b"HEXTORAW": lambda given: None if given[0] is None else b"\\x" + given[0].lower(),
    b"UNHEX": lambda given: _bytes_of(given[0], b"hex"),
    b"FROM_BASE64": lambda given: _bytes_of(given[0], b"base64"),
    b"DECODE": lambda given: _bytes_of(given[0], given[1]),
    b"UNISTR": lambda given: None if given[0] is None else code_points(given[0]),
    b"STRINGDECODE": lambda given: None if given[0] is None else _of_java(given[0]),
    b"STRINGTOUTF8": lambda given: given[0],
    b"REPLACE": _replaced,
    b"CONCAT": lambda given: _together(given),
    b"CHAR": lambda given: b"".join(_character(_number(one)) for one in given),
    b"CHR": lambda given: _character(_number(given[0])),
    b"NCHAR": lambda given: _character(_number(given[0])),
}


def _refuse() -> bytes | None:
    raise ValueError
