"""Text that leaves the house: cells that no spreadsheet may run, names that no file system may misread."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

RISKY = "^'*[ \u00a0\u3000\u200b\u200e\u200f\ufeff\\x00]*[=+\\-@\t\r\n＝＋－＠]"
"""What Excel, LibreOffice and Google Sheets may read as the beginning of a formula.

The full-width forms are normalised to their narrow twins by some East Asian versions; blanks, tab, carriage return
and line feed are skipped by importers before they look for a formula. Apostrophes in front are ours or look so.
Both patterns are understood by Python and by RE2, for whole columns at once.
"""
NUMBER = r"^[+-]?([0-9]+([.,][0-9]+)*|[.,][0-9]+)([eE][+-]?[0-9]+)?%?$"

_risky, _number = re.compile(RISKY), re.compile(NUMBER.removesuffix("$") + r"\Z")

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{device}{digit}" for device in ("com", "lpt") for digit in "0123456789¹²³"}
)
_OWN_EXTENSION = re.compile(r"(?<=.)\.[A-Za-z0-9]{1,8}$")
_NAME_BYTES = 200
"""Below the 255 bytes of common file systems, with room for the ` (1)` that browsers add."""


def escape_cell(text: str) -> str:
    """The text as CSV may carry it: what a spreadsheet would run gets an apostrophe in front, the rest is unchanged.

    Numbers keep their sign (`-5`, `+1.5e3`), so that they stay numbers. A text that already begins with an
    apostrophe before such a sign gets another one, so that `unescape_cell` gives back every text.
    """
    return f"'{text}" if _is_risky(text) else text


def unescape_cell(text: str) -> str:
    """The text that `escape_cell` was given."""
    return text[1:] if text.startswith("'") and _is_risky(text[1:]) else text


def _is_risky(text: str) -> bool:
    return _risky.match(text) is not None and _number.match(text) is None


def file_name(name: str, extension: str = "") -> str:
    """A name that every common file system keeps as it is, for a file with this extension (or the name's own).

    Path separators, reserved characters, control characters and invisible direction marks are replaced or
    dropped, device names of Windows get an underscore, and the length is at most 200 bytes of UTF-8.
    """
    return "".join(_stem_and_suffix(name, extension))


def _stem_and_suffix(name: str, extension: str) -> tuple[str, str]:
    text = unicodedata.normalize("NFC", name)
    text = "".join(_kept(character) for character in text)
    own = _OWN_EXTENSION.search(text)
    suffix = f".{extension.lower()}" if extension else own.group() if own else ""
    if suffix and text.lower().endswith(suffix.lower()):
        text = text[: -len(suffix)]
    text = re.sub(r"[\s_]*_[\s_]*", "_", re.sub(r"\s+", " ", text)).strip(" ._").lstrip("-~ ._")
    while len((text + suffix).encode()) > _NAME_BYTES:
        text = text[:-1].rstrip()
    return _named(text), suffix


def _named(stem: str) -> str:
    if stem.split(".")[0].strip().lower() in _RESERVED:
        return f"_{stem}"
    return stem or "download"


def _kept(character: str) -> str:
    if character in '/\\:*?"<>|':
        return "_"
    kind = unicodedata.category(character)
    if kind in ("Zl", "Zp", "Zs") or character in "\t\r\n":
        return " "
    # Cc and Cf hold controls, direction overrides and zero-width characters; Cs, Co and Cn are no text.
    return "" if kind.startswith("C") else character


def download_name(name: str, extension: str = "") -> tuple[str, str]:
    """The name for clients that know ASCII only, and the name itself."""
    stem, suffix = _stem_and_suffix(name, extension)
    plain = unicodedata.normalize("NFKD", stem.replace("ß", "ss"))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = "".join(character if " " <= character <= "~" else "_" for character in plain)
    # Percent signs are decoded by some clients in the plain form, semicolons and commas end it for others.
    plain = re.sub(r"[_%;,/\\:*?\"<>|]+", "_", plain).strip(" ._")
    return _named(plain) + suffix, stem + suffix


def content_disposition(name: str, extension: str = "") -> str:
    """The header value for a download under this name (RFC 6266): an ASCII fallback and the UTF-8 name."""
    plain, full = download_name(name, extension)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"
