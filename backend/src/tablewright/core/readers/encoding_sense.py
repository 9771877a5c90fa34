"""How well each encoding explains bytes outside ASCII: by the letters of languages, by its use, and by sense.

`chardet` has tables of how often two letters stand beside one another in a language. It compares them with a text as
directions, which a few letters hardly have; read as probabilities they tell also of one word. What they do not know is
where signs stand and how usual an encoding is, which counts the more the fewer the bytes are.
"""

from __future__ import annotations

import codecs
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from chardet.models import load_models

WIDE = frozenset(("big5hkscs", "cp932", "cp949", "euc-jp", "gb18030"))
"""Encodings of East Asia: most pairs of bytes are a character in each of them."""
_LEFT_OUT = re.compile(
    # Languages with few letters outside ASCII or few writers; what is told by other means; parts of other encodings;
    # and what hardly anybody writes.
    "(br|cy|en|eo|ga|gd|id|ms|mt|zxx)/.*"
    "|.*/(utf-8|hz|iso2022.*|cp037|cp273|cp424|cp500|cp875|cp1026|cp1140)"
    "|.*/(iso8859-[19]|tis-620|euc_kr|shift_jis_2004)"
    "|.*/(cp1006|hp-roman8|johab)"
)
_USE = {
    re.compile("cp1252"): 5.0,
    re.compile("cp125[01]|cp932|gb18030"): 1.0,
    re.compile("cp125[347]|big5hkscs|cp949"): 0.5,
    re.compile("cp850|iso-8859-(2|15)|koi8-r|mac-roman"): 0.35,
    re.compile("cp125.|cp437|cp852|cp866|cp874|euc-jp|iso-8859-[57]"): 0.15,
    re.compile("cp775|cp737|cp855|cp857|cp1125|iso-8859-(8|13)|koi8-u|mac-cyrillic"): 0.03,
    re.compile("cp7..|cp8..|iso-8859-6|mac-.*"): 0.004,
}
"""How often encodings are used, about."""
_HARDLY = 0.001
"""How often all others are."""
_FEW_WRITE = {"is": 0.05}
"""The letters of Icelandic stand where Turkish and Baltic ones do, and far fewer people write it."""
_UNSEEN, _LETTERS = 0.03, 64
"""What a pair counts that a table does not have, of which the rarest counts 1; and how many letters may follow one."""
_ELSEWHERE = 0.3
"""So many letters are of another language that the encoding writes: names of people and towns."""
_PLAIN, _ANY_LANGUAGE = 0.3, 0.02
"""How much the words in ASCII tell of the language, and how likely it is another one."""
_A_SIGN, _NO_SENSE = 7.0, 5.0
"""What a sign costs, about as much as a letter between two others; and a character that stands where none such does."""
_FEW = 9
"""In so few characters a sign or two may be most of them."""
_HOPELESS = 100.0
"""An encoding whose letters fit so much worse is not asked for sense."""
_ANY_DIGIT = bytes.maketrans(b"123456789", b"000000000")
_NO_LETTERS = bytes.maketrans(b"0(\n", b"   ")
_HIGH_WORD = re.compile(rb"(?:[0-9(\[] ?)?[\x40-\x7e]*(?:[\x80-\xff]+[\x40-\x7e]*)+")
"""A word with bytes outside ASCII and the digit or bracket beside it. From 40 on is what may be a second byte."""
_PLAIN_WORD = re.compile(rb"(?<![\w\x80-\xff])[A-Za-z]{3,}(?![\w\x80-\xff])")
_HIGH_WORDS, _PLAIN_BYTES = 1000, 20_000
_IN_WORDS = frozenset("’·\xa0–—")
_SIGNS = _IN_WORDS | frozenset("“”„«»…€£°§©®™•¡¿µ‘")
_NOT_BEHIND = frozenset("•§£€¿¡„‘")
"""Signs that do not stand right behind a letter."""
_NO_SIGNS = frozenset("¤¦¬¯¸¨´ƒ†‡‰ˆ˜‹›‚¶¥¹³²ªº¼½¾×÷¢∂∑∏π∫ΩΔ∆√≈◊ˇ˘˙˚˝˛ﬁﬂ≤≥≠∞") | frozenset(
    map(chr, range(0x2190, 0x2600))
)
"""What stands in text seldom, and where letters are read in a wrong encoding often."""
_RAISED = re.compile(
    "(?:[0-9)]|(?<![A-Za-z])(?:[ckdmµCDKM]?[mM]|ft|in|s|yd|R|chi))[²³]|(?:[0-9]|(?<![A-Za-z])[NnDMm])[ºª]"
)
"""What stands behind a number, a unit or the N of a number."""
_FREE = frozenset("±×¼½¾¥¢‰")
"""Signs of numbers, which stand apart from letters."""
_ALONE = frozenset("àéèóåößÀÉÈÓÅÖ")
"""Letters that are words."""
_ONLY_LAST, _NEVER_FIRST = frozenset("ךםןףץς"), frozenset("ыьЫЬðÐ")


def scores_of(sample: bytes) -> dict[str, float]:
    """How well each encoding explains a sample: logarithms of what is likely, of which the differences tell."""
    words = _words(sample)
    languages = _languages_around(sample)
    found: dict[str, float] = {}
    for name, models in _models().items():
        if name in WIDE:
            if not _decodes(sample, name):
                continue
            letters = words.translate(_NO_LETTERS)
        else:
            text = words.decode(name, "replace").lower()
            letters = "".join(one if _is_letter(one) else " " for one in text).encode(name, "ignore")
        use = next((share for names, share in _USE.items() if names.fullmatch(name)), _HARDLY)
        found[name] = math.log(use) + _likelihood(letters, models, languages)
    best = -math.inf
    for name in sorted(found, key=found.__getitem__, reverse=True):
        if found[name] < best - _HOPELESS:  # and sense does not raise what is left
            break
        if name not in WIDE:
            found[name] -= _nonsense(words.decode(name, "replace"))
        best = max(best, found[name])
    return found


@cache
def _models() -> dict[str, list[tuple[str, bytes]]]:
    """The languages that each encoding writes, with the table of the pairs of bytes."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for key, table in load_models().items():
        if not _LEFT_OUT.fullmatch(key):
            language, encoding = key.split("/")
            found.setdefault(_codec(encoding), []).append((language, table))
    return found


@cache
def _total(table: bytes, first: int) -> float:
    return sum(table[first << 8 : (first + 1) << 8]) + _UNSEEN * _LETTERS


def _likely(table: bytes, pairs: Iterable[tuple[int, int]]) -> list[float]:
    """How likely the second of two bytes is behind the first."""
    return [(table[first << 8 | second] + _UNSEEN) / _total(table, first) for first, second in pairs]


def _likelihood(letters: bytes, models: list[tuple[str, bytes]], languages: dict[str, float]) -> float:
    """How likely words are in an encoding, as a logarithm: in one of its languages, some of them in the others."""
    pairs = _pairs(letters)
    shares = [_FEW_WRITE.get(language, 1.0) for language, _ in models]
    shares = [share / sum(shares) for share in shares]
    each = [_likely(table, pairs) for _, table in models]
    anywhere = [
        sum(share * one for share, one in zip(shares, column, strict=True)) for column in zip(*each, strict=True)
    ]
    weights = [1 + math.log(count) for count in pairs.values()]  # a town that comes often shall not decide alone
    return _log_of_sum(
        math.log(share * languages[language]) + _logs(one, anywhere, weights)
        for (language, _), share, one in zip(models, shares, each, strict=True)
    )


def _logs(one: list[float], anywhere: list[float], weights: Iterable[float]) -> float:
    mixed = ((1 - _ELSEWHERE) * here + _ELSEWHERE * there for here, there in zip(one, anywhere, strict=True))
    return sum(weight * math.log(likely) for likely, weight in zip(mixed, weights, strict=True))


def _log_of_sum(logs: Iterable[float]) -> float:
    logs = list(logs)
    most = max(logs)
    return most + math.log(sum(math.exp(one - most) for one in logs))


def _languages_around(sample: bytes) -> dict[str, float]:
    """How likely each language is by the words in ASCII."""
    words = {word.lower() for word in _PLAIN_WORD.findall(sample[:_PLAIN_BYTES])}
    pairs = _pairs(b" ".join((b"", *sorted(words), b"")))
    tables = {language: table for models in _models().values() for language, table in models}
    each = {language: _likely(table, pairs) for language, table in tables.items()}
    anywhere = [sum(column) / len(each) for column in zip(*each.values(), strict=True)]
    logs = {language: _PLAIN * _logs(one, anywhere, [1.0] * len(one)) for language, one in each.items()}
    most = max(logs.values())
    return {language: max(math.exp(one - most), _ANY_LANGUAGE) for language, one in logs.items()}


def _pairs(letters: bytes) -> Counter[tuple[int, int]]:
    pairs = Counter(pairwise(letters))
    del pairs[0x20, 0x20]
    return pairs


def _words(sample: bytes) -> bytes:
    """The different words of a sample that hold bytes outside ASCII, with the digit or bracket beside them."""
    words = list(dict.fromkeys(_HIGH_WORD.findall(sample.translate(_ANY_DIGIT))))[:_HIGH_WORDS]
    return b"\n".join((b"", *words, b""))


def _nonsense(text: str) -> float:
    """What the signs of words cost, and the characters that stand where such do not stand in text."""
    cost, signs = 0.0, set[str]()
    around = f"\n\n\n\n{text}\n"
    for i, character in enumerate(text, 4):
        if character > "\x7f":
            cost += (1 - _fits(character, around[i - 4 : i], around[i + 1])) * _NO_SENSE
            if not _is_letter(character):
                signs.add(character)
    return cost + len(signs) * _A_SIGN


def makes_sense(sample: bytes, name: str) -> bool:
    """Whether most characters outside ASCII stand where such stand in text; a few always do."""
    text = _words(sample).decode(name, "replace")
    count = sum(character > "\x7f" for character in text)
    return name in WIDE or count <= _FEW or _nonsense(text) < count * _NO_SENSE


def _is_letter(character: str) -> bool:
    """Whether a character is a letter or a mark on one, and no sign that Unicode calls a letter."""
    return (character.isalpha() and character not in "ªºµ") or unicodedata.category(character)[0] == "M"


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
        if before.isalpha() and character in _NOT_BEHIND:
            return -1.0
        return -1.0 if inside and character not in _IN_WORDS else 1.0
    if not _is_letter(character):
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
    if _alphabet(letter) == "Latin" and all(one > "\x7f" and one.isalpha() for one in left[-3:]):
        return True  # No language has four such letters in a row.
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


def _codec(name: str) -> str:
    """The name as it is usual."""
    found = codecs.lookup({"euc_jis_2004": "euc_jp"}.get(name, name)).name
    return found.replace("iso8859", "iso-8859").replace("_", "-")
