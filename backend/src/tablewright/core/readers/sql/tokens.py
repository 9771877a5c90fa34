"""The text of a dump as a stream of tokens, read block by block."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tablewright.core.readers.errors import StatementTooLong
from tablewright.core.readers.sql.dialect import Dialect

BLOCK = 1 << 20
MOST_BYTES = 64 << 20
"""One token, or one row, may not be longer."""

_PREFIX = rb"(?:[NnXxBb]|[Uu]&|_[A-Za-z][A-Za-z0-9]*+[ ]*+)?"
_ESCAPED = rb"'(?:[^'\\]++|\\.|'')*+'"
_PLAIN = rb"'(?:[^']++|'')*+'"
_BLANKS = re.compile(rb"[ \t\r]*+")
_ORACLE = rb"[Nn]?[Qq]'(?:\[.*?\]'|\{.*?\}'|\(.*?\)'|<.*?>'|(?P<mark>[^\[{(<\s]).*?(?P=mark)')"


def pattern(dialect: Dialect) -> re.Pattern[bytes]:
    """One token of the dialect. An opened and unclosed one matches as `open`."""
    comments = [rb"--[^\n]*+(?:\n|\Z)"]
    if dialect.hash_comments:
        comments.append(rb"\#[^\n]*+(?:\n|\Z)")
    if dialect.live_comments:
        # /*M!999999 … is a command to MariaDB's client only.
        comments += [rb"/\*M?!9\d{5}.*?\*/", rb"/\*M?!\d*+", rb"\*/", rb"/\*(?!M?!).*?\*/"]
    else:
        comments.append(rb"/\*.*?\*/")
    names = [rb"`(?:[^`]++|``)*+`"]
    strings = [rb"[Ee]" + _ESCAPED, _PREFIX + (_ESCAPED if dialect.backslash else _PLAIN), _ORACLE]
    if dialect.strings_in_double_quotes:
        strings.append(rb'"(?:[^"\\]++|\\.|"")*+"')
    else:
        names.append(rb'"(?:[^"]++|"")*+"')
    if dialect.brackets:
        names.append(rb"\[(?:[^\]\n]++|\]\])*+\]")
    dollar, dollars = rb"(?!)", rb"(?!)"
    if dialect.dollar_quotes:
        dollar = rb"\$(?P<tag>[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?\$.*?\$(?(tag)(?P=tag))\$"
        dollars = rb"\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?\$"
    parts = {
        b"space": rb"[\s\x00]++|" + b"|".join(comments),
        b"string": b"|".join(strings),
        b"dollar": dollar,
        b"name": b"|".join(names),
        b"hex": rb"0[xX][0-9A-Fa-f]*+(?![\w$])",
        b"number": rb"(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?(?![\w$])",
        b"word": rb"(?!" + dollars + rb")[\w$@\#\x80-\xff]++",
        b"open": rb"['\"`]|/\*|" + dollars,
        b"op": rb"::|\|\||.",
    }
    return re.compile(b"|".join(b"(?P<" + name + b">" + body + b")" for name, body in parts.items()), re.S)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    """string, dollar, name, hex, number, word, open, op, `stop` behind a statement, `end` behind the file."""
    text: bytes

    @property
    def word(self) -> bytes:
        """The token in upper case when it is a bare word, else nothing."""
        return self.text.upper() if self.kind == "word" else b""


END = Token("end", b"")
STOP = Token("stop", b";")


def tokens_in(text: bytes, match: Callable[[bytes, int], re.Match[bytes] | None]) -> list[Token]:
    """The tokens of a whole piece of text."""
    found: list[Token] = []
    position = 0
    while one := match(text, position):
        if one.lastgroup != "space":
            found.append(STOP if one[0] == b";" else Token(str(one.lastgroup), one[0]))
        position = one.end()
    return found


class Text:
    """The dump as UTF-8 (or bytes that are not) with a place in it.

    `buffer[position:]` is what comes next. Blocks are added when a reader asks for `more`.
    """

    def __init__(self, path: Path, codec: str | None, mark_bytes: int, tell: Callable[[int], None]) -> None:
        self._file = path.open("rb")
        self._file.seek(mark_bytes)
        self._decoder = codecs.getincrementaldecoder(codec)("replace") if codec else None
        self._tell = tell
        self._read = mark_bytes
        self.buffer = b""
        self.position = 0
        self.ended = False
        self.lines_before = 0
        """Line breaks in what was dropped from the buffer."""
        self.bytes_before: int | None = None if codec else mark_bytes
        self.fresh_line = True
        """Whether the buffer begins at the beginning of a line."""
        self._counted = (0, 0)
        """A place in the buffer, and the line breaks before it."""
        self.pinned: int | None = None
        """A place before `position` from which on nothing is dropped."""

    def close(self) -> None:
        self._file.close()

    def more(self, least: int = BLOCK) -> bool:
        """Drop what was read and add a block; False at the end of the file."""
        if self.ended:
            return False
        dropped = self.position if self.pinned is None else self.pinned
        kept = len(self.buffer) - dropped
        if kept > MOST_BYTES:
            raise StatementTooLong(self.line_at(dropped), MOST_BYTES)
        block = self._file.read(max(least, kept))
        self._read += len(block)
        self._tell(self._read)
        self.ended = not block
        if self._decoder is not None:
            block = self._decoder.decode(block, final=not block).encode()
        if self.ended and not block:
            return False  # nothing moves: the token that asked stands where it stood
        self.lines_before = self.line_at(dropped) - 1
        self._counted = (0, 0)
        if self.bytes_before is not None:
            self.bytes_before += dropped
        before = self.buffer[max(0, dropped - 1000) : dropped].rstrip(b" \t\r")
        if before or dropped:
            self.fresh_line = before.endswith(b"\n") or (self.fresh_line and not before)
        self.buffer = self.buffer[dropped:] + block
        self.position -= dropped
        if self.pinned is not None:
            self.pinned = 0
        return True

    @property
    def line(self) -> int:
        """The line of the place, from 1."""
        return self.line_at(self.position)

    def line_at(self, position: int) -> int:
        counted, lines = self._counted
        if position < counted:
            counted, lines = 0, 0
        lines += self.buffer.count(b"\n", counted, position)
        self._counted = position, lines
        return self.lines_before + lines + 1

    def byte_at(self, position: int) -> int | None:
        """The byte of the file, None where it was transcoded."""
        return None if self.bytes_before is None else self.bytes_before + position

    def rest_of_line(self) -> bytes:
        """Read to the end of the line."""
        while (end := self.buffer.find(b"\n", self.position)) < 0 and self.more():
            pass
        end = len(self.buffer) if end < 0 else end + 1
        line = self.buffer[self.position : end]
        self.position = end
        return line


class Lexer:
    """Tokens from the place on. Comments and space are passed over."""

    def __init__(self, text: Text, dialect: Dialect) -> None:
        self.text, self.dialect = text, dialect
        self.match = pattern(dialect).match
        self.delimiter = b";"
        self.at = 0
        """Where the last token begins in the buffer."""

    def next(self) -> Token:
        text = self.text
        while True:
            if self.delimiter != b";" and text.buffer.startswith(self.delimiter, text.position):
                self.at = text.position
                text.position += len(self.delimiter)
                return STOP
            found = self.match(text.buffer, text.position)
            kind = found.lastgroup if found else None
            if found is None or kind == "open" or found.end() == len(text.buffer):
                # The token may go on in the next block.
                if text.more():
                    continue
                if found is None:
                    self.at = text.position
                    return END
                if kind == "open":
                    self.at = text.position
                    text.position = len(text.buffer)
                    return Token("open", text.buffer[self.at :])
            if kind == "space":
                text.position = found.end()
                continue
            self.at = found.start()
            text.position = found.end()
            if kind == "op" and found[0] == self.delimiter:
                return STOP
            return Token(str(kind), found[0])

    def peek(self) -> Token:
        """The next token, which stays next."""
        token = self.next()
        self.text.position = self.at
        return token

    @property
    def opens_line(self) -> bool:
        """Whether only blanks stand before the last token in its line."""
        place = self.at - 1
        while place >= 0 and self.text.buffer[place] in b" \t\r":
            place -= 1
        return self.text.fresh_line if place < 0 else self.text.buffer[place] == 10

    @property
    def closes_line(self) -> bool:
        """Whether only blanks stand after the last token in its line."""
        found = _BLANKS.match(self.text.buffer, self.text.position)
        if found is not None and found.end() == len(self.text.buffer) and not self.text.ended:
            kept = self.text.position - self.at
            self.text.position = self.at
            self.text.more()
            self.at = self.text.position
            self.text.position += kept
            found = _BLANKS.match(self.text.buffer, self.text.position)
        return found is not None and (found.end() == len(self.text.buffer) or self.text.buffer[found.end()] == 10)
