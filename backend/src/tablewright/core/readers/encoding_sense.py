"""How well each encoding explains bytes outside ASCII: by a detector, by its use, and by the sense they make in it.

The detector has models of languages, which a few letters tell little and capitals less. What is known without a model:
where letters and signs stand, which letters a language has, and that the fewer the bytes are, the more counts which
encoding is used most.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter

import chardet

_CODECS = {
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
    "ascii": "utf-8",
    "gb2312": "gb18030",
}
"""What the detector names, as it is written in practice: the wider form of each."""
_USE = {
    re.compile("cp1252|latin-1|iso-8859-15"): 1.5,
    re.compile("cp437|cp85[08]|mac-roman"): 1.05,
    re.compile("cp7..|cp857|cp86[469]"): 0.8,
    re.compile("mac-(latin2|turkish|greek)"): 0.7,
    re.compile("cp86[0135]|iso-8859-(3|4|10|14|16)|mac-iceland|hp-.*|cp1006|koi8-t|johab|ptcp.*|kz.*"): 0.5,
}
"""How much more than the others encodings are believed that are used often, and less those that hardly are."""
_FEW_BYTES = 4
"""So many bytes outside ASCII say as much as the use of an encoding does."""
_COMMON = {
    "big5": rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]",
    "cp932": rb"[\x81-\x84\x88-\x97][\x40-\x7e\x80-\xfc]",
    "cp949": rb"[\xa1-\xc8][\xa1-\xfe]",
    "euc-jp": rb"[\xa1-\xcf][\xa1-\xfe]",
    "euc-kr": rb"[\xa1-\xc8][\xa1-\xfe]",
    "gb18030": rb"[\xa1-\xd7][\xa1-\xfe]",
    "johab": rb"[\x88-\xd3][\x41-\x7e\x81-\xfe]",
}
"""The pairs of bytes that are the usual characters of an encoding of East Asia; nearly all others are rare ones."""
WIDE = frozenset(_COMMON)
"""Encodings of East Asia: most pairs of bytes are a character in each of them."""
_EBCDIC = ("cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140")
_IS_ASCII = re.compile(rb"[ \n0-9]")
"""Blanks, line ends and digits of ASCII are control characters in EBCDIC."""
_SAMPLE = 200_000
_HIGH_WORD = re.compile(rb"(?:[0-9(\[] ?)?[A-Za-z]*(?:[\x80-\xff]+[A-Za-z]*)+")
_ANY_DIGIT = bytes.maketrans(b"123456789", b"000000000")
_HIGH_WORDS = 3000
_LETTERS = re.compile(r"[^\W\d_ªº²³¹¼½¾µ]+")
_WIDE_RUN = re.compile(r"[A-Za-z]?[^\x00-\x7f]+[A-Za-z]?")
_LEAST, _MIXED, _SMALL = 0.01, 0.15, 0.7
"""The least that sense and languages count, and how much the detector is believed where small letters are put for
capitals."""
_ALPHABETS = {
    "de": "äöüß",
    "fr": "àâçèéêëîïôùûüœ",
    "es": "áéíñóúü",
    "pt": "áâãàçéêíóôõúü",
    "it": "àèéìíòóù",
    "nl": "ëïéèöüó",
    "sv": "åäöé",
    "da": "åæøé",
    "is": "áéíóúýðþæö",
    "ca": "àçèéíïòóúü",
    "sq": "çë",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "ro": "ăâîşţșț",
    "hr": "čćđšž",
    "et": "äöüõšž",
    "lv": "āčēģīķļņšūž",
    "lt": "ąčęėįšųūž",
    "tr": "çğıöşüâîû\u0307",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ\u0300\u0301\u0303\u0309\u0323",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџшѓѕќ",
    "el": "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ",
}
"""The letters outside ASCII of the languages of Europe, of which a text usually is in one."""
_SPOKEN = {
    re.compile("cp1252|latin-1|iso-8859-1[045]|cp437|cp85[08]|cp86[0135]|mac-(roman|iceland)|hp-roman8"): (
        ["de", "fr", "es", "pt", "it", "nl", "sv", "da", "is", "ca", "sq"]
    ),
    re.compile("cp1250|cp852|iso-8859-(2|16)|mac-latin2"): ["pl", "cs", "sk", "hu", "ro", "hr", "de", "sq"],
    re.compile("cp1257|cp775|iso-8859-(4|13)"): ["et", "lv", "lt", "pl"],
    re.compile("cp1254|cp857|iso-8859-9|mac-turkish"): ["tr"],
    re.compile("cp1258"): ["vi"],
}
"""The languages whose texts are written in an encoding; where none is named, any."""
_OF_FEW = {"is": 0.5}
"""Its letters stand where Turkish and Baltic ones do, and far fewer people write it."""
_LANGUAGES = {
    letter: sum(1 << bit for bit, letters in enumerate(_ALPHABETS.values()) if letter in letters)
    for letter in "".join(_ALPHABETS.values())
}
"""Letters, and the languages that have them, one bit for each."""
_IN_WORDS = frozenset("’·\xa0‘–—")
_SIGNS = _IN_WORDS | frozenset("“”‚„«»…€£°§©®™•¡¿µ")
_NO_SIGNS = frozenset("¤¦¬¯¸¨´ƒ†‡‰ˆ˜‹›¶¥¹³²ªº¼½¾×÷¢∂∑∏π∫ΩΔ∆√≈◊ˇ˘˙˚˝˛ﬁﬂ≤≥≠∞") | frozenset(
    map(chr, range(0x2190, 0x2600))
)
"""What stands in text seldom, and where letters are read in a wrong encoding often."""
_RAISED = re.compile("(?:[0-9)]|(?<![A-Za-z])(?:[ckdmµ]?m|ft|in|s|yd|R|chi))[²³]|(?:[0-9]|(?<![A-Za-z])[NnDMm])[ºª]")
"""What stands behind a number, a unit or the N of a number."""
_FREE = frozenset("±×¼½¾¥¢‰")
"""Signs of numbers, which stand apart from letters."""
_ALONE = frozenset("àéèóåößÀÉÈÓÅÖ")
"""Letters that are words."""
_ONLY_LAST, _NEVER_FIRST = frozenset("ךםןףץς"), frozenset("ыьЫЬðÐ")


def scores_of(sample: bytes) -> dict[str, float]:
    """How well each encoding explains a sample; the scores are no probabilities."""
    found: dict[str, float] = {}
    words = _words(sample)
    high = len(words) - len(words.translate(None, bytes(range(128, 256))))
    excluded = _EBCDIC if _IS_ASCII.search(sample) else None
    detected = chardet.detect_all(sample, ignore_threshold=True, max_bytes=_SAMPLE, exclude_encodings=excluded)
    for each in detected:
        name = _codec(each["encoding"] or "cp1252")
        if name is None or name in found:
            continue
        likely = float(each["confidence"])
        if name in WIDE:
            fit = max(_wide_sense(sample, name), _LEAST) if _decodes(sample, name) else 0.0
        else:
            text = words.decode(name, "replace")
            fit = max(_sense(text), _LEAST) ** 2 * max(_spoken(text, name), _MIXED)
            likely = max(likely, _in_small(text, name) * _SMALL)
        use = next((share for names, share in _USE.items() if names.fullmatch(name)), 1.0)
        found[name] = likely * use ** (1 + _FEW_BYTES / max(high, 1)) * fit
    return found


def _in_small(text: str, name: str) -> float:
    """What the detector thinks of words in small letters, which its models know better."""
    small = text.lower()
    data = small.encode(name, "ignore")
    if small == text or data.isascii():
        return 0.0
    found = chardet.detect_all(data, ignore_threshold=True, include_encodings=[name], no_match_encoding=name)
    return max((float(each["confidence"]) for each in found if each["encoding"]), default=0.0)


def _spoken(text: str, name: str) -> float:
    """The share of the words with letters outside ASCII whose letters all belong to one language, at most."""
    words: Counter[int] = Counter()
    for word in _LETTERS.findall(text.lower()):
        if not word.isascii():
            languages = -1
            for letter in word:
                if letter > "\x7f":
                    # What has no language here is of no single one if it is Latin, Greek or Cyrillic, else unknown.
                    languages &= _LANGUAGES.get(letter, 0 if _alphabet(letter) != "another" else -1)
            words[languages] += 1
    if not words:
        return 1.0
    spoken = next((languages for names, languages in _SPOKEN.items() if names.fullmatch(name)), list(_ALPHABETS))
    return (
        max(
            _OF_FEW.get(language, 1.0) * sum(count for languages, count in words.items() if languages >> bit & 1)
            for bit, language in enumerate(_ALPHABETS)
            if language in spoken
        )
        / words.total()
    )


def _wide_sense(sample: bytes, name: str) -> float:
    """How many of the characters of East Asia are usual ones, less those that stand alone among letters of ASCII: in
    Western text two bytes are one that ate a letter."""
    common = re.compile(_COMMON[name])
    good = count = 0.0
    for run in list(dict.fromkeys(_WIDE_RUN.findall(sample.decode(name, "replace"))))[:_HIGH_WORDS]:
        wide = [one for one in run if one > "\x7f"]
        count += len(wide)
        if len(wide) == 1 and len(run) > 1:
            good -= 1
        else:
            good += sum(common.fullmatch(one.encode(name, "ignore")) is not None for one in wide)
    return good / count if count else 1.0


def _words(sample: bytes) -> bytes:
    """The different words of a sample that hold bytes outside ASCII, with the digit or bracket beside them."""
    return b"\n".join(list(dict.fromkeys(_HIGH_WORD.findall(sample.translate(_ANY_DIGIT))))[:_HIGH_WORDS])


def _sense(text: str) -> float:
    """How many of the characters outside ASCII stand where such stand in text, less those that do not: at most 1."""
    good = count = 0.0
    around = f"\n\n\n\n{text}\n"
    for i, character in enumerate(text, 4):
        if character > "\x7f":
            good += _fits(character, around[i - 4 : i], around[i + 1])
            count += 1
    return good / count if count else 1.0


def _fits(character: str, left: str, after: str) -> float:
    """How well a character fits what stands on the left of it and right behind."""
    if character == "\ufffd" or "\x80" <= character <= "\x9f":
        return -2.0
    before = left[-1]
    beside, inside = before.isalpha() or after.isalpha(), before.isalpha() and after.isalpha()
    if character in _FREE or (not after.isalpha() and _RAISED.search(left + character)):
        return -1.0 if character in _FREE and beside else 1.0
    if character in _NO_SIGNS:
        return -1.0 if beside else 0.0
    if (inside and character == "\xa0") or (character == "©" and after.isalpha()):
        return 0.0
    if character in _SIGNS:
        return -1.0 if inside and character not in _IN_WORDS else 1.0
    if not character.isalpha() and unicodedata.category(character)[0] != "M":
        return -1.0 if inside else 0.5
    if _is_misplaced(character, left, after):
        return -1.0
    if not beside and character not in _ALONE:
        return 0.25
    return 0.0 if character in "ãÃ" and not after.isalpha() else 1.0  # In Portuguese few words end so.


def _is_misplaced(letter: str, left: str, after: str) -> bool:
    """Whether a letter is capital where it should be small, or the other way, or does not stand so in any word."""
    before = left[-1]
    if letter.isupper() and (before.islower() or (before.isupper() and after.islower())):
        return True
    if letter.islower() and before.isupper() and (after.isupper() or left[-2].isupper()):
        return True
    if letter in _ONLY_LAST and after.isalpha():
        return True
    if letter in _NEVER_FIRST and not before.isalpha() and after.isalpha():
        return True
    return any(one.isalpha() and _alphabet(one) != _alphabet(letter) for one in (before, after))


def _alphabet(letter: str) -> str:
    """Of the alphabets of single bytes, which nobody mixes in a word."""
    if letter < "\u0370" or "\u1e00" <= letter < "\u1f00":
        return "Latin"
    return "Greek" if letter < "\u0400" else "Cyrillic" if letter < "\u0530" else "another"


def _decodes(sample: bytes, name: str) -> bool:
    """Whether a sample, whose end may cut a character, means something in an encoding."""
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _codec(name: str) -> str | None:
    """The name as Python has it; None for what Python cannot read."""
    name = _CODECS.get(name.lower(), name.lower())
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return {"iso8859-1": "latin-1"}.get(found, found.replace("iso8859", "iso-8859").replace("_", "-"))
