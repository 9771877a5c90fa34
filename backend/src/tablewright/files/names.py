"""Which names a file may come with. The name is shown to people; it never becomes part of a path."""

from __future__ import annotations

import unicodedata

from tablewright.files.errors import FileNameInvalid

_LONGEST = 255
# They change how the rest of a name is displayed, so `report` + mark + `gpj.exe` would read as a picture.
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def accepted_name(name: str) -> str:
    """The name in composed Unicode form, or FileNameInvalid saying what is wrong with it."""
    composed = unicodedata.normalize("NFC", name).strip()
    if not composed or composed in (".", ".."):
        raise FileNameInvalid("is empty")
    if "/" in composed or "\\" in composed:
        raise FileNameInvalid("contains a path")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in composed):
        raise FileNameInvalid("contains control characters")
    if any(char in _DIRECTION_MARKS for char in composed):
        raise FileNameInvalid("contains marks that reverse the direction of writing")
    if len(composed.encode()) > _LONGEST:
        raise FileNameInvalid(f"is longer than {_LONGEST} bytes")
    return composed
