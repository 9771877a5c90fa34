"""The words by which notes, units and lines about a file are known."""

from __future__ import annotations

import re

NOTE = re.compile(
    r"\s*(?:(?:foot)?notes?\b|n\.?b\.?[:. ]|sources?\b|quelle|anmerkung|fuente|nota\b|last (?:modified|updated?)"
    r"|updated\b|inquiries|director in charge|contact|prepared by|compiled|(?:\(c\)|c)opyright|\(c\) ?(?:19|20)\d\d|©"
    r"|stand ?: ?\d|as (?:of|at):? \d|for (?:more|further)"
    r"|see (?:also|note|table)"
    r"|(?:report )?(?:generated|exported|printed|created|downloaded|retrieved|extracted)(?::| (?:on|by|at|from|with)\b)"
    r"|(?:total|number of) (?:rows|records|lines)\b"
    r"|\(?\d[\d.,]* (?:rows?|records?|lines?|entries|results?|datensätze|zeilen|lignes?|filas?)\b|eof$|\x1a"
    r"|explanation of|end(?: of)?(?: \w+)?$|(?:to be )?continued|confidential|page \d"
    r"|data (?:are|is|include|from)|estimates? |figures? (?:are|may|in)|includes?\b|excludes?\b"
    r"|\S{1,6} ?= ?\D|(?:\.{1,3}|[:–x]) +(?:not|nil|no|less|below|negligible|revised|provisional|confidential)\b"
    r"|\*|†|‡|\(?\d{1,2}\)\s|\d{1,2}[.)/]\s*\D|\d{1,2}/|\([a-z]\)\s|[a-z][/)]\s|- |— |• |·|#)",
    re.IGNORECASE,
)
"""How a line below a table begins when it is a note."""
MARK = re.compile(r"[(\[]?(?:\d{1,2}|[A-Za-z]|[*†‡§#]{1,3})[)\]./:]?")
"""The mark of a footnote."""
UNIT = re.compile(
    r"\(.{1,30}\)|\[.{1,30}\]|%|[$€£¥]|[kcm]?m[²³]|km/h|m/s²|mg|µ[gmls]|g/l|k?pa|bar|hz|rpm|ppb"
    r"|(?:in )?(?:per ?cent|percentage|number|thousands?|millions?|billions?|no\.?|nos\.?|units?"
    r"|years?|days?|hours?|kg|tonnes?|tons?|km|m|cm|mm|m2|ha|mwh|gwh|kwh|usd|eur|gbp|nok|sek|dkk|mill(?:ion)? ?\w{0,4}"
    r"|[$€£] ?(?:millions?|thousands?|billions?)|[$€£]?['’]?000s?|index|ratio|rate|mg/l|(?:°|deg ?)[cf]|hpa|m/s|ppm"
    r"|pct)",
    re.IGNORECASE,
)
UNITS = re.compile(r"(?:units?|einheit(?:en)?|unidad(?:es)?|unités?)(?: of measure(?:ment)?)?:?", re.IGNORECASE)
"""What stands in the left column of a row of units."""

ABOUT = re.compile(
    r"(?:\w+ (?:identifier|id)|station(?: (?:name|number|id))?|latitude|longitude|elevation|altitude|province"
    r"|country|time ?zone"
    r"|authors?|date|period|version|reference|ref\.?(?: no\.?)?|contact|source|title|subject|company|client"
    r"|customer|address|phone|tel(?:ephone)?|fax|e-?mail|web ?site|url|currency|units?|organi[sz]ation|file ?name"
    r"|data ?set|project|description|geography|frequency|series(?: id)?|name|notes?"
    r"|(?:report|release|publication|run|issue) ?date"
    r"|(?:prepared|created|published|updated|compiled|last updated|last modified)(?: by| for| on| at)?"
    r"|(?:report(?:ing)?|invoice|order|account|document)(?: (?:period|name|no\.?|number))?)",
    re.IGNORECASE,
)
"""What files say of themselves, in lines above a table."""

LIMIT = re.compile(
    r"\s*(?:points? possible|possible (?:points?|marks|score)|max(?:imum|imal|\.)? (?:points?|marks?|scores?|grades?)"
    r"|(?:points?|marks?|score|grade) (?:maximum|max\.?)|(?:max(?:imal|imale|\.)? ?|höchst|erreichbare )punkt(?:e|zahl)"
    r"|barème|points? (?:maximum|possibles)|note max(?:imale|\.)?|punt(?:os|uación) (?:posibles|máxim[oa]s?)"
    r"|punteggio massimo|pontuação máxima|maks(?:ymalna|\.)? (?:liczba )?punkt(?:ów|y))\s*:?\s*",
    re.IGNORECASE,
)
"""What the left column says of a row that tells how much there can be in each column."""
LIMIT_PERHAPS = re.compile(
    r"\s*(?:maximum|max\.?|out of|weight(?:ing|age)?|gewicht(?:ung)?|coeff?(?:icient|\.)|peso|poids)\s*:?\s*",
    re.IGNORECASE,
)
"""The same, where the row leaves out what all others have."""
