"""How numbers are written: which mark stands before the decimals, which between thousands, what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tablewright.core.readers.engine import literal
from tablewright.core.readers.words import CURRENCIES, is_unit

SPACE = "[ \u00a0\u202f]"
MINUS = "[-\u2212]"
MOST_PLUS_DIGITS = 6
"""A plus sign before more digits than this is a telephone number's."""
IDENTIFIER_DIGITS = 9
"""Grouped numbers that all have this many digits, or more, and the same number of them, are identifiers."""
LEAST_INDIAN = 3
"""So many different numbers in groups of two are no lists of numbers: 12,34,567. One with decimals is none."""
_LAKH = re.compile(r"[1-9]\d?,\d\d,")
_CORE = re.compile(r"[.,]?\d(?:[\d.,'’ \u00a0\u202f]*\d)?")
_PADDED = re.compile(r"(?:(?P<minus>[-\u2212]0\d+)|[-+\u2212]?\d+)(?P<mark>[.,])\d+", re.ASCII)
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:([.,])\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_GROUPS = {",": ",", ".": r"\.", " ": SPACE, "'": "['’]", "": ""}


@dataclass(frozen=True)
class Style:
    """One way of writing numbers."""

    decimal: str = "."
    thousands: str = ""
    """"", a comma, a point, a space (also the hard and the narrow one) or an apostrophe (also the typographic one)."""
    indian: bool = False
    """Groups of two above the last three digits: 12,34,567."""
    before: str = ""
    """A sign or code of money in front."""
    behind: str = ""
    """A unit, a sign of money or % behind."""
    zeros: Literal["", "any", "decimals"] = ""
    """Where leading zeros are read as nothing: anywhere when somebody said that the column holds numbers, and in front
    of decimals where some have a sign, -01.75: those are no identifiers."""
    exponents: bool = False
    """Some have an exponent, with a decimal comma or a plus sign: 1,66E+00 or +1.66E+00. All are floats."""

    @property
    def percent(self) -> bool:
        return self.behind == "%"

    @property
    def unit(self) -> str | None:
        """The unit as it is kept with the column."""
        written = self.before or self.behind
        return CURRENCIES.get(written, written) or None

    @property
    def currency(self) -> bool:
        return (self.before or self.behind) in CURRENCIES

    def core(self, scale: int | None = None) -> str:
        """The regular expression of a number without sign and unit, with at most `scale` decimals."""
        group, mark = _GROUPS[self.thousands], re.escape(self.decimal)
        whole = "(0|[1-9][0-9]*)"
        if self.zeros == "any":
            whole = "([0-9]+)"
        elif self.indian:
            whole = f"(0|[1-9][0-9]{{0,2}}|[1-9][0-9]?({group}[0-9]{{2}})*{group}[0-9]{{3}})"
        elif self.thousands:
            whole = f"(0|[1-9][0-9]{{0,2}}({group}[0-9]{{3}})*)"
        if scale == 0:
            return whole
        decimals = f"{mark}[0-9]{'+' if scale is None else f'{{1,{scale}}}'}"
        padded = f"|0[0-9]+{decimals}" if self.zeros == "decimals" else ""
        return f"({whole}({decimals})?|{decimals}{padded})"

    def shape(self, scale: int | None = None) -> str:
        """The regular expression of a whole value."""
        core = self.core(scale)
        front = f"{re.escape(self.before)}{SPACE}?" if self.before else ""
        end = f"{SPACE}?{re.escape(self.behind)}" if self.behind else ""
        sign = f"({MINUS}{SPACE}?)?"
        signed = [f"{sign}{front}{core}{end}"]
        if front:
            signed.append(f"{front}{MINUS}{core}{end}")
            signed.append(rf"{front}\({core}\){end}")
        signed.append(rf"\({SPACE}?{front}{core}{end}{SPACE}?\)")
        signed.append(f"{front}{core}{MINUS}{end}")
        if end:
            signed.append(f"{front}{core}{end}{MINUS}")
        if self.thousands != " ":
            bare = replace(self, zeros="") if self.zeros == "any" else self
            few = self.core(scale) if self.thousands else bare._few(scale)
            signed.append(rf"{front}\+{few}{end}")
            if front:
                signed.append(rf"\+{SPACE}?{front}{few}{end}")
        return "|".join(signed)

    def _few(self, scale: int | None) -> str:
        return self.core(scale).replace("[1-9][0-9]*", f"[1-9][0-9]{{0,{MOST_PLUS_DIGITS - 1}}}")

    def number(self, text: str) -> str:
        """SQL: the number as text that a cast understands, without its sign, unit and groups."""
        bare = text
        for word in (self.before, self.behind):
            # Signs of money and units may hold points or digits themselves: Rs. and m2.
            if word and word != "%":
                bare = f"replace({bare}, {literal(word)}, '')"
        digits = f"regexp_replace({bare}, {literal(f'[^0-9{re.escape(self.decimal)}]')}, '', 'g')"
        return digits if self.decimal == "." else f"replace({digits}, {literal(self.decimal)}, '.')"

    def plain(self, text: str) -> str:
        """SQL: a number with an exponent as a cast understands it."""
        return f"replace(ltrim({text}, '+'), {literal(self.decimal)}, '.')"

    def signed(self, text: str) -> str:
        """SQL: the same with its sign, and divided by a hundred where it is a percentage."""
        exponent = " || 'e-2'" if self.percent else ""
        negative = f"regexp_matches({text}, '[-\u2212(]')"
        return f"(CASE WHEN {negative} THEN '-' ELSE '' END || {self.number(text)}{exponent})"

    def example(self, scale: int) -> str:
        """A number written this way, for people."""
        whole = f"12{self.thousands}34{self.thousands}567" if self.indian else f"1{self.thousands}234"
        if self.exponents:
            return f"1{self.decimal}23E+04"
        number = whole + (self.decimal + "56789012345678901234567890"[:scale] if scale else "")
        apart = "" if self.before in ("$", "€", "£", "¥") else " "
        front = self.before + apart if self.before else ""
        return f"{front}{number}{' ' + self.behind if self.behind else ''}"


PLAIN = Style()


@dataclass(frozen=True)
class Written:
    """The style of some values, and whether another one fits them as well with other numbers."""

    style: Style
    open: bool = False
    proof: str = ""
    """A value that only this style fits."""
    int_digits: int = 0
    scale: int = 0


def written(values: Sequence[str]) -> Written | None:
    """The style that all of these values are written in; None when there is none."""
    if (scientific := _with_exponents(values)) is not None:
        return scientific
    cores: list[str] = []
    around: set[tuple[str, str]] = set()
    for value in values:
        found = _CORE.search(value)
        if found is None or len(value) > 60:
            return None
        cores.append(found[0])
        around.add((_word(value[: found.start()]), _word(value[found.end() :])))
        if len(around) > 1:
            return None
    ((before, behind),) = around
    if before and (behind or before not in CURRENCIES):
        return None
    apart = behind != "" and all(value.rstrip(")-\u2212 ")[: -len(behind)][-1:].isspace() for value in values)
    if behind and behind not in CURRENCIES and behind != "%" and not is_unit(behind, apart=apart, values=cores):
        return None
    if not before and all(not value[:1].isdigit() and value[:1] in "(" for value in values):
        return None  # Nothing but (1), (2), …: a numbering, not losses.
    marked = _padded(values) or marks(cores)
    if marked is None:
        return None
    style = replace(marked.style, before=before, behind=behind)
    shape = re.compile(style.shape())
    if not all(map(shape.fullmatch, values)):
        return None
    sizes = [re.sub(rf"[^\d{re.escape(style.decimal)}]", "", core).partition(style.decimal) for core in cores]
    return replace(
        marked,
        style=style,
        int_digits=max(len(whole) for whole, _, _ in sizes),
        scale=max(len(part) for _, _, part in sizes),
    )


def _with_exponents(values: Sequence[str]) -> Written | None:
    """Numbers with exponents that are written otherwise than programs read them."""
    found = [_SCIENTIFIC.fullmatch(value) for value in values]
    marks = {one[1] for one in found if one is not None} - {None}
    proof = next((value for value in values if "e" in value.lower() and ("," in value or value[0] == "+")), "")
    if None in found or len(marks) > 1 or not proof:
        return None
    return Written(Style(marks.pop() if marks else ".", exponents=True), proof=proof if "," in proof else "")


def _word(text: str) -> str:
    return text.strip(" \u00a0\u202f()+-\u2212")


def _padded(values: Sequence[str]) -> Written | None:
    """Numbers that are filled up with zeros, all of them with decimals and some with a minus: -01.75 and 12.50."""
    found = [_PADDED.fullmatch(value) for value in values]
    marks = {one["mark"] for one in found if one is not None}
    if None in found or len(marks) > 1 or not any(one is not None and one["minus"] for one in found):
        return None
    return Written(Style(marks.pop(), zeros="decimals"))


def marks(cores: Sequence[str]) -> Written | None:
    """Which marks stand before decimals and between thousands, from numbers without sign and unit."""
    used = set(re.sub(r"\d", "", "".join(cores)).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'"))
    match "".join(sorted(used)):
        case "" | ".":
            styles = [PLAIN, Style(",", ".")] if used else [PLAIN]
        case ",":
            styles = [Style(".", ","), Style(",", ""), Style(".", ",", indian=True)]
        case ",.":
            styles = [Style(".", ","), Style(",", "."), Style(".", ",", indian=True)]
        case " " | "'":
            styles = [Style(".", next(iter(used)))]
        case " ," | "',":
            styles = [Style(",", min(used - {","}))]
        case " ." | "'.":
            styles = [Style(".", min(used - {"."}))]
        case _:
            return None
    fitting = [style for style in styles if all(map(re.compile(style.core()).fullmatch, cores))]
    if not fitting:
        return None
    style = fitting[0]
    lakhs = {core for core in cores if _LAKH.match(core)} if style.indian else set()
    if style.indian and len(lakhs) < LEAST_INDIAN and not any("." in core for core in lakhs):
        return None
    bare = style.decimal not in used  # a decimal part behind another mark is an amount's
    if bare and style.thousands in (" ", ".") and (numbered(cores) or all(map(_is_address, cores))):
        return None
    others = [other for other in fitting[1:] if other.decimal != style.decimal]
    proof = ""
    if not others and used & {",", "."}:
        rivals = [re.compile(other.core()) for other in styles if other.decimal != style.decimal]
        proof = next((core for core in cores if not any(rival.fullmatch(core) for rival in rivals)), "")
    return Written(style, open=bool(others), proof=proof)


def numbered(cores: Sequence[str]) -> bool:
    """Whether grouped digits are identifiers: all equally long, and long."""
    lengths = {len(re.sub(r"\D", "", core)) for core in cores}
    return len(lengths) == 1 and lengths.pop() >= IDENTIFIER_DIGITS and len(set(cores)) > 1


def _is_address(core: str) -> bool:
    """Whether grouped digits may be an address of the internet: 192.168.100.131."""
    parts = core.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part) < 256 for part in parts)


def other(style: Style) -> Style | None:
    """The style in which the same text is another number: the mark between thousands as the decimal mark."""
    if style.thousands in (",", ".") and not style.indian:
        return replace(style, decimal=style.thousands, thousands="")
    if not style.thousands:
        return replace(style, decimal="," if style.decimal == "." else ".", thousands=style.decimal)
    return None
