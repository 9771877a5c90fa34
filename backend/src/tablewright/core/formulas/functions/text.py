"""Text. Lengths and positions count characters (code points), from 1."""

from __future__ import annotations

from tablewright.core.formulas import types
from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.model import Accepts, Define, Function, Takes, ex, text, whole
from tablewright.core.formulas.types import BOOLEAN, INTEGER, TEXT
from tablewright.core.queries.sql import Node

_text = Define("text")
LONGEST_REPEAT = 1_000
"""Characters that REPT, PADLEFT and PADRIGHT may make out of little."""
_PATTERN = Takes("pattern", Accepts.TEXT, "a regular expression (RE2)", constant=True)


def _joined(emit: Emit, arguments: list[Value]) -> Node:
    return emit.fill(
        " || ".join(f"coalesce(_{index + 1}, '')" for index in range(len(arguments))),
        *(emit.clean(each) for each in arguments),
        dialect="duckdb",
    )


def _text_join(emit: Emit, arguments: list[Value]) -> Node:
    """With null for empty texts when they are to be left out: concat_ws leaves nulls out in both engines."""
    separator, skip, *rest = arguments
    part = "CASE WHEN _{0} <> '' OR NOT _2 THEN coalesce(_{0}, '') WHEN _{0} IS NULL AND NOT _2 THEN '' END"
    parts = ", ".join(part.format(index + 3) for index in range(len(rest)))
    nodes = [emit.clean(each) for each in (separator, skip, *rest)]
    template = f"CASE WHEN _2 IS NOT NULL THEN concat_ws(_1, {parts}) END"
    return emit.fill(template, *nodes, dialect=emit.dialect)


def _only_text(emit: Emit, arguments: list[Value]) -> Node:
    # The argument stays in the SQL whatever its type: a text that was bound has to be used.
    template = "_1" if arguments[0].kind == types.TEXT else "CASE WHEN _1 IS NULL THEN '' ELSE '' END"
    return emit.fill(template, emit.clean(arguments[0]), dialect="duckdb")


_COUNT = whole("count", "how many characters")
_NEGATIVE = "No value when the count is negative."

FUNCTIONS: tuple[Function, ...] = (
    _text("LEN", (text(),), INTEGER, "How many characters the text has.", "length(_1)", ex('LEN("Zürich")', 6), sheet=True,
          aliases=("LENGTH",)),
    _text("LEFT", (text(), whole("count", "how many characters", default=1)), TEXT, f"The first characters. {_NEGATIVE}",
          "CASE WHEN _2 >= 0 THEN left(_1, least(_2, 1000000000)) END", ex('LEFT("Berlin", 3)', "Ber"), ex('LEFT("Berlin")', "B"), sheet=True,
          spark="CASE WHEN _2 >= 0 THEN left(_1, CAST(least(_2, 2147483647L) AS INT)) END"),
    _text("RIGHT", (text(), whole("count", "how many characters", default=1)), TEXT, f"The last characters. {_NEGATIVE}",
          "CASE WHEN _2 >= 0 THEN right(_1, least(_2, 1000000000)) END", ex('RIGHT("Berlin", 3)', "lin"), sheet=True,
          spark="CASE WHEN _2 >= 0 THEN right(_1, CAST(least(_2, 2147483647L) AS INT)) END"),
    _text("MID", (text(), whole("start", "from 1"), whole("count")), TEXT, "So many characters from a position on.",
          "CASE WHEN _2 >= 1 AND _3 >= 0 THEN substring(_1, least(_2, 1000000000), least(_3, 1000000000)) END",
          ex('MID("Berlin", 2, 3)', "erl"), ex('MID("Berlin", 0, 3)', None), sheet=True,
          spark="CASE WHEN _2 >= 1 AND _3 >= 0 THEN substring(_1, CAST(least(_2, 1000000000L) AS INT), "
          "CAST(least(_3, 1000000000L) AS INT)) END"),
    _text("UPPER", (text(),), TEXT, "The text in capitals.", "upper(_1)", ex('UPPER("Berlin")', "BERLIN"), sheet=True),
    _text("LOWER", (text(),), TEXT, "The text in small letters.", "lower(_1)", ex('LOWER("Berlin")', "berlin"), sheet=True),
    _text("PROPER", (text(),), TEXT, "Each word with a capital first letter, the rest small. Words are split at spaces.",
          "array_to_string(list_transform(string_split(_1, ' '), lambda w: upper(left(w, 1)) || lower(substring(w, 2))), ' ')",
          ex('PROPER("NEW york")', "New York"), sheet=True, spark="initcap(lower(_1))", aliases=("INITCAP",),
          difference="Spreadsheets also begin a new word behind digits and signs; here only spaces part words."),
    _text("TRIM", (text(),), TEXT, "The text without spaces at its ends, and with single ones inside.",
          "trim(regexp_replace(_1, ' +', ' ', 'g'), ' ')", ex('TRIM("  a   b ")', "a b"),
          spark="trim(BOTH ' ' FROM regexp_replace(_1, ' +', ' '))", sheet=True),
    _text("LTRIM", (text(),), TEXT, "The text without spaces at its beginning.", "ltrim(_1, ' ')", ex('LTRIM("  a ")', "a "),
          spark="trim(LEADING ' ' FROM _1)"),
    _text("RTRIM", (text(),), TEXT, "The text without spaces at its end.", "rtrim(_1, ' ')", ex('RTRIM(" a  ")', " a"),
          spark="trim(TRAILING ' ' FROM _1)"),
    _text("CLEAN", (text(),), TEXT, "The text without control characters, such as line ends and tabs.",
          "regexp_replace(_1, '[\\x00-\\x1f]', '', 'g')", ex('CLEAN("a" & CHAR(10) & "b")', "ab"),
          spark="regexp_replace(_1, '[\\\\x00-\\\\x1f]', '')", sheet=True),
    _text("CONCAT", (Takes("value", Accepts.PRINTED, repeats=True),), TEXT, "The values as one text.", _joined,
          ex('CONCAT("a", 1, TRUE)', "a1TRUE"), sheet=True,
          difference="LibreOffice writes 1 and 0 for true and false.", aliases=("CONCATENATE",),
          nulls="No value counts as empty text."),
    _text("TEXTJOIN", (text("separator"), Takes("skip_empty", Accepts.BOOLEAN), Takes("value", Accepts.PRINTED, repeats=True)),
          TEXT, "The values as one text, with a separator between them; empty ones are left out when skip_empty is true.",
          _text_join, ex('TEXTJOIN("-", TRUE, "a", BLANK(), "b")', "a-b"), ex('TEXTJOIN("-", FALSE, "a", "", "b")', "a--b"),
          sheet=True, nulls="Values without a value count as empty text; no value when the separator has none.",
          difference="LibreOffice writes 1 and 0 for true and false."),
    _text("REPT", (text(), whole("count")), TEXT,
          f"The text so many times. No value when the result would be longer than {LONGEST_REPEAT:,} characters.",
          f"CASE WHEN _2 >= 0 AND (length(_1) = 0 OR _2 <= {LONGEST_REPEAT} // greatest(length(_1), 1)) THEN "
          f"repeat(_1, least(_2, {LONGEST_REPEAT})) END",
          ex('REPT("ab", 3)', "ababab"), ex('REPT("a", 5000)', None), aliases=("REPEAT",), sheet=True,
          spark=f"CASE WHEN _2 >= 0 AND (length(_1) = 0 OR _2 <= {LONGEST_REPEAT} DIV greatest(length(_1), 1)) THEN "
          f"repeat(_1, CAST(least(_2, {LONGEST_REPEAT}) AS INT)) END"),
    _text("SUBSTITUTE", (text(), text("old"), text("new")), TEXT,
          "The text with every occurrence of one text replaced by another. No value when the result could be longer than "
          "100,000 characters.",
          "CASE WHEN _3 IS NULL THEN NULL WHEN _2 = '' THEN _1 WHEN length(_1) * greatest(length(_3), 1) <= 100000 OR length(_3) <= length(_2) THEN "
          "replace(_1, _2, _3) END",
          ex('SUBSTITUTE("a-b-c", "-", "+")', "a+b+c"), sheet=True),
    _text("REPLACE", (text(), whole("start", "from 1"), _COUNT, text("new")), TEXT,
          "The text with the characters at a position replaced by others.",
          "CASE WHEN _2 >= 1 AND _3 >= 0 THEN substring(_1, 1, least(_2, 1000000000) - 1) || _4 || "
          "substring(_1, least(_2, 1000000000) + least(_3, 1000000000)) END",
          ex('REPLACE("abcdef", 2, 3, "-")', "a-ef"), sheet=True,
          spark="CASE WHEN _2 >= 1 AND _3 >= 0 THEN concat(substring(_1, 1, CAST(least(_2, 1000000000L) AS INT) - 1), _4, "
          "substring(_1, CAST(least(_2, 1000000000L) + least(_3, 1000000000L) AS INT))) END"),
    _text("FIND", (text("wanted"), text("inside"), whole("start", default=1)), INTEGER,
          "Where a text stands inside another, exactly as it is written; no value when it does not.",
          "CASE WHEN _3 >= 1 AND _1 <> '' AND instr(substring(_2, least(_3, 1000000000)), _1) > 0 THEN "
          "instr(substring(_2, least(_3, 1000000000)), _1) + _3 - 1 END",
          ex('FIND("l", "Berlin")', 4), ex('FIND("x", "Berlin")', None), sheet=True, fails=True,
          spark="CASE WHEN _3 >= 1 AND _1 <> '' AND locate(_1, _2, CAST(least(_3, 1000000000L) AS INT)) > 0 THEN "
          "locate(_1, _2, CAST(least(_3, 1000000000L) AS INT)) END"),
    _text("SEARCH", (text("wanted"), text("inside"), whole("start", default=1)), INTEGER,
          "Where a text stands inside another, whatever the case of its letters; no value when it does not.",
          "CASE WHEN _3 >= 1 AND _1 <> '' AND instr(substring(lower(_2), least(_3, 1000000000)), lower(_1)) > 0 THEN "
          "instr(substring(lower(_2), least(_3, 1000000000)), lower(_1)) + _3 - 1 END",
          ex('SEARCH("L", "Berlin")', 4), sheet=True, fails=True,
          difference="Spreadsheets know wildcards (* and ?) here; a formula takes every character as it is.",
          spark="CASE WHEN _3 >= 1 AND _1 <> '' AND locate(lower(_1), lower(_2), CAST(least(_3, 1000000000L) AS INT)) > 0 THEN "
          "locate(lower(_1), lower(_2), CAST(least(_3, 1000000000L) AS INT)) END"),
    _text("EXACT", (text("a"), text("b")), BOOLEAN, "Whether two texts are the same, also in case.", "_1 = _2",
          ex('EXACT("a", "A")', False), sheet=True),
    _text("SAMETEXT", (text("a"), text("b")), BOOLEAN, "Whether two texts are the same, whatever the case of their letters.",
          "lower(_1) = lower(_2)", ex('SAMETEXT("Berlin", "BERLIN")', True)),
    _text("CONTAINS", (text("inside"), text("wanted")), BOOLEAN,
          "Whether a text holds another, whatever the case of its letters.", "contains(lower(_1), lower(_2))",
          ex('CONTAINS("Berlin", "ERL")', True)),
    _text("STARTSWITH", (text("inside"), text("wanted")), BOOLEAN,
          "Whether a text begins with another, whatever the case of its letters.", "starts_with(lower(_1), lower(_2))",
          ex('STARTSWITH("Berlin", "ber")', True)),
    _text("ENDSWITH", (text("inside"), text("wanted")), BOOLEAN,
          "Whether a text ends with another, whatever the case of its letters.", "ends_with(lower(_1), lower(_2))",
          ex('ENDSWITH("Berlin", "LIN")', True), spark="endswith(lower(_1), lower(_2))"),
    _text("UNICHAR", (whole("number"),), TEXT, "The character with this number in Unicode.",
          "CASE WHEN (_1 BETWEEN 1 AND 55295) OR (_1 BETWEEN 57344 AND 1114111) THEN chr(CAST(_1 AS INTEGER)) END",
          ex("UNICHAR(8364)", "€"), ex("UNICHAR(0)", None), sheet=True, fails=True,
          difference="LibreOffice gives a null character for 0; here it is no value.",
          spark="CASE WHEN (_1 BETWEEN 1 AND 55295) OR (_1 BETWEEN 57344 AND 1114111) THEN "
          "decode(unhex(CASE WHEN _1 < 65536 THEN lpad(hex(_1), 4, '0') ELSE concat(hex(55296 + (_1 - 65536) DIV 1024), "
          "hex(56320 + (_1 - 65536) % 1024)) END), 'UTF-16BE') END"),
    _text("CHAR", (whole("number", "1 to 255"),), TEXT, "The character with this number (1 to 255, as in Latin-1).",
          "CASE WHEN _1 BETWEEN 1 AND 255 THEN chr(CAST(_1 AS INTEGER)) END", ex("CHAR(65)", "A"), sheet=True, fails=True,
          difference="LibreOffice gives a null character for 0, and uses the code page of the system from 128 on.",
          spark="CASE WHEN _1 BETWEEN 1 AND 255 THEN char(_1) END"),
    _text("UNICODE", (text(),), INTEGER, "The number in Unicode of the first character.",
          "CASE WHEN _1 <> '' THEN unicode(_1) END", ex('UNICODE("€uro")', 8364), sheet=True, aliases=("CODE",),
          spark="CASE WHEN _1 <> '' THEN ascii(_1) END"),
    _text("TEXTBEFORE", (text(), text("mark")), TEXT, "What stands before the first occurrence of a mark; no value without it.",
          "CASE WHEN _2 <> '' AND contains(_1, _2) THEN substring(_1, 1, instr(_1, _2) - 1) END",
          ex('TEXTBEFORE("ab@cd", "@")', "ab"), ex('TEXTBEFORE("ab", "@")', None),
          spark="CASE WHEN _2 <> '' AND contains(_1, _2) THEN substring(_1, 1, locate(_2, _1) - 1) END"),
    _text("TEXTAFTER", (text(), text("mark")), TEXT, "What stands behind the first occurrence of a mark; no value without it.",
          "CASE WHEN _2 <> '' AND contains(_1, _2) THEN substring(_1, instr(_1, _2) + length(_2)) END",
          ex('TEXTAFTER("ab@cd", "@")', "cd"),
          spark="CASE WHEN _2 <> '' AND contains(_1, _2) THEN substring(_1, locate(_2, _1) + length(_2)) END"),
    _text("SPLIT", (text(), text("mark"), whole("part", "from 1; negative ones from the end")), TEXT,
          "One part of a text that a mark separates; no value where there is no such part.",
          "CASE WHEN _2 <> '' AND _3 <> 0 AND abs(_3) <= len(string_split(_1, _2)) THEN list_extract(string_split(_1, _2), _3) END",
          ex('SPLIT("a/b/c", "/", 2)', "b"), ex('SPLIT("a/b/c", "/", -1)', "c"), ex('SPLIT("a", "/", 2)', None),
          spark="CASE WHEN _2 <> '' AND _3 <> 0 AND abs(_3) <= (length(_1) - length(replace(_1, _2, ''))) DIV length(_2) + 1 THEN "
          "split_part(_1, _2, CAST(_3 AS INT)) END", fails=True),
    _text("PADLEFT", (text(), whole("length", f"at most {LONGEST_REPEAT:,}"), text("fill", default=" ")), TEXT,
          "The text filled up on the left to a length; longer texts stay as they are.",
          f"CASE WHEN _3 IS NULL OR _2 < 0 OR _2 > {LONGEST_REPEAT} OR _3 = '' THEN NULL WHEN length(_1) >= _2 THEN _1 ELSE "
          "lpad(_1, CAST(_2 AS INTEGER), _3) END", ex('PADLEFT("7", 3, "0")', "007"), aliases=("LPAD",)),
    _text("PADRIGHT", (text(), whole("length", f"at most {LONGEST_REPEAT:,}"), text("fill", default=" ")), TEXT,
          "The text filled up on the right to a length; longer texts stay as they are.",
          f"CASE WHEN _3 IS NULL OR _2 < 0 OR _2 > {LONGEST_REPEAT} OR _3 = '' THEN NULL WHEN length(_1) >= _2 THEN _1 ELSE "
          "rpad(_1, CAST(_2 AS INTEGER), _3) END", ex('PADRIGHT("7", 3, "-")', "7--"), aliases=("RPAD",)),
    _text("REVERSE", (text(),), TEXT, "The characters in the other direction.",
          "array_to_string(list_reverse(string_split(_1, '')), '')", ex('REVERSE("abc")', "cba"), spark="reverse(_1)"),
    _text("NOACCENTS", (text(),), TEXT, "The text with plain letters in place of accented ones.", "strip_accents(_1)",
          ex('NOACCENTS("Zürich")', "Zurich"), not_on_spark="it has no list of accents"),
    _text("COUNTTEXT", (text("inside"), text("wanted")), INTEGER, "How often a text stands inside another.",
          "CASE WHEN _2 <> '' THEN (length(_1) - length(replace(_1, _2, ''))) // length(_2) END",
          ex('COUNTTEXT("banana", "an")', 2)),
    _text("WORDCOUNT", (text(),), INTEGER, "How many words the text has: runs of characters that are no spaces.",
          "len(list_filter(string_split(_1, ' '), lambda w: w <> ''))", ex('WORDCOUNT(" a  bc d ")', 3),
          spark="size(filter(split(_1, ' '), w -> w <> ''))"),
    _text("REGEXMATCH", (text(), _PATTERN), BOOLEAN, "Whether the pattern occurs in the text.", "regexp_matches(_1, _2)",
          ex('REGEXMATCH("AB-12", "^[A-Z]+-[0-9]+$")', True),
          not_on_spark="its regular expressions are of another kind, and take unbounded time", aliases=("REGEXTEST",)),
    _text("REGEXEXTRACT", (text(), _PATTERN, Takes("group", Accepts.INTEGER, "in parentheses, from 1; 0 is the whole",
          default=0, constant=True, low=0, high=9)), TEXT,
          "The first part of the text that the pattern describes; no value when it does not occur.",
          "CASE WHEN regexp_matches(_1, _2) THEN regexp_extract(_1, _2, CAST(_3 AS INTEGER)) END",
          ex('REGEXEXTRACT("AB-12", "[0-9]+")', "12"), ex('REGEXEXTRACT("AB-12", "x")', None),
          not_on_spark="its regular expressions are of another kind, and take unbounded time", fails=True),
    _text("REGEXREPLACE", (text(), _PATTERN, text("new", "\\1 is the first group")), TEXT,
          "The text with everything that the pattern describes replaced. No value when the result could be longer than "
          "100,000 characters.",
          "CASE WHEN (length(_1) + 1) * greatest(length(_3), 1) <= 100000 THEN regexp_replace(_1, _2, _3, 'g') END",
          ex('REGEXREPLACE("a1b22", "[0-9]+", "#")', "a#b#"),
          not_on_spark="its regular expressions are of another kind, and take unbounded time", fails=True),
    _text("T", (Takes("value", Accepts.ANY),), TEXT, "The value when it is text, otherwise empty text.",
          _only_text,
          ex('T("a")', "a"), ex("T(5)", ""), sheet=True,
          nulls="A missing text is missing; everything else gives empty text.",
          difference="Spreadsheets raise what went wrong in the argument; here that is empty text."),
)  # fmt: skip
