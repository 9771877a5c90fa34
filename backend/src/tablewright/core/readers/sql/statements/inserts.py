"""INSERT and REPLACE, whose rows stand in brackets, or come of SELECT and SET."""

from __future__ import annotations

from collections.abc import Sequence

from tablewright.core.readers.model import RAW_CHARACTERS, Odd
from tablewright.core.readers.sql.changes import Clause, NotFollowed
from tablewright.core.readers.sql.definitions import Cursor, names_in, split
from tablewright.core.readers.sql.dump import INTERNAL, Dump, Target
from tablewright.core.readers.sql.ends import MOST_TOKENS, to_end
from tablewright.core.readers.sql.header import Head, ends_head, head_of
from tablewright.core.readers.sql.literals import Expression, NotLiteral, Value, named, quoted_name
from tablewright.core.readers.sql.rows import Rows
from tablewright.core.readers.sql.statements.queries import copied_rows, looked_up, selected
from tablewright.core.readers.sql.statements.quick import Quick
from tablewright.core.readers.sql.tokens import Token

_NEXT = {
    b"INSERT", b"GO", b"SET", b"CREATE", b"ALTER", b"UPDATE", b"DELETE", b"PRINT", b"COMMIT", b"ROLLBACK", b"BEGIN",
    b"END",
}  # fmt: skip
"""Words that begin another statement where they begin a line, although no mark ended the INSERT."""


class Inserts:
    """Reads INSERT and REPLACE; what was found out about rows of one statement helps with those of the next."""

    def __init__(self, dump: Dump) -> None:
        self.dump, self.text, self.lexer, self.dialect = dump, dump.text, dump.lexer, dump.dialect
        self._quick = Quick(dump)
        self._tail: list[Token] = []
        """What stands behind the rows."""

    def read(self, word: bytes) -> None:
        """The statement that begins with `word`, INSERT or REPLACE."""
        line = self.dump.line
        tokens: list[Token] = []
        self._tail = []
        if self.lexer.peek().word in (b"ALL", b"FIRST"):
            self.lexer.next()
            self._insert_all()
            return
        depth = 0
        while True:
            token = self.lexer.next()
            if token.kind in ("stop", "end") or len(tokens) > 20_000:
                self.dump.others["INSERT that is not understood"] += 1
                return
            tokens.append(token)
            depth += (token.text == b"(") - (token.text == b")")
            if (
                ends_head(token)
                and (depth == 0 or token.word == b"SELECT")
                and not (token.word == b"WITH" and self.lexer.peek().text == b"(")
            ):
                break
        head = head_of(tokens, word)
        if head is None or any(INTERNAL.fullmatch(part) for part in (*head.table, self.dump.database)):
            self.dump.others["INSERT that is not understood" if head is None else "INSERT into an internal table"] += 1
            to_end(self.lexer, 0)
            return
        match head.source:
            case b"VALUES":
                self._values(head)
            case b"SELECT":
                self._select(head, line)
            case b"DEFAULT":
                to_end(self.lexer, 10)
                target = self.dump.target(head, 0)
                first = target.rows.loaded
                target.rows.add((), (), target.clause) if target.rows.spec.columns else None
                self._inserted(target.rows, first)
            case b"SET":
                self._assignments(head, line)
            case _:
                to_end(self.lexer, 0)
                self._computed(head, line)

    def _inserted(self, rows: Rows, first: int) -> None:
        """Note which rows an INSERT added, from `first` on, and what it says about those with a known key."""
        self.dump.last_filled = rows, rows.loaded - first
        at = Cursor(self._tail)
        alias = at.name() if at.taken(b"AS") else None
        at.group()
        if at.taken(b"ON", b"CONFLICT"):
            names = names_in(at.group())
            whole = at.peek().word == b"DO"
            while at.peek().kind != "end" and not at.taken(b"DO"):
                at.take()
            if whole and names and all(map(rows.spec.column, names)) and names not in rows.spec.unique_keys:
                rows.spec.unique_keys.append(names)  # a database takes no others
            if at.taken(b"NOTHING"):
                rows.says(Clause("ignore"), first)
            elif at.taken(b"UPDATE", b"SET"):
                rows.says(Clause("update", _taken_over(at.tokens[at.at :], "EXCLUDED")), first)
        elif at.taken(b"ON", b"DUPLICATE", b"KEY", b"UPDATE"):
            rows.says(Clause("update", _taken_over(at.tokens[at.at :], alias[-1] if alias else "VALUES")), first)

    def _computed(self, head: Head, line: int) -> None:
        """An INSERT whose rows only a database could compute."""
        rows = self.dump.find(head.table)
        if rows is None:
            self.dump.not_carried_out(line, f'fills the table "{head.table[-1]}" with the result of a query')
            return
        rows.receipt.warn(
            f"Line {line:,} fills the table with the result of a query, which was not carried out: "
            "rows may be missing.",
            line=line,
        )

    def _values(self, head: Head) -> None:
        target: Target | None = None
        known = self.dump.find(head.table)
        first = known.loaded if known is not None else 0
        if known is not None and (head.columns is not None or len(known.order(None)) == len(known.spec.columns)):
            target = self.dump.target(head, 0)
        while True:
            if target is not None and self._quick.fits:
                ahead = self._quick.read(target)
                if ahead is not None:
                    target = ahead
                    if self._quick.begun is not None:
                        first = target.rows.loaded - self._quick.begun
                    if self._goes_on():
                        continue
                    break
            made = self._careful_row(head, target)
            self._quick.passed_one()
            target = made or target
            if made is None or not self._goes_on():
                break
        if target is not None:
            self._inserted(target.rows, first)

    def _goes_on(self) -> bool:
        """What stands behind a row: whether another one follows."""
        self.dump.relieve()
        token = self.lexer.next()
        if token.text == b",":
            # A comma before the end is a slip that some databases let pass.
            return self.lexer.peek().text == b"("
        if token.kind in ("stop", "end"):
            return False
        if token.word in _NEXT and self.lexer.opens_line:
            self.text.position = self.lexer.at
            return False
        said = token.word in (b"ON", b"AS")
        self._tail = [token, *to_end(self.lexer, 500)] if said else to_end(self.lexer, 0)
        return False

    def _careful_row(self, head: Head, target: Target | None) -> Target | None:
        """One row, token by token. None when there is none or the file ends within it."""
        text = self.text
        token = self.lexer.next()
        if token.text != b"(":
            if token.kind not in ("stop", "end"):
                to_end(self.lexer, 0)
            return None
        text.pinned = self.lexer.at
        line, byte = text.line_at(self.lexer.at), text.byte_at(self.lexer.at)
        parts: list[list[Token]] = [[]]
        depth = 1
        count = 0
        while True:
            token = self.lexer.next()
            if token.kind in ("end", "open"):
                break
            if token.kind == "op" and token.text in (b"(", b"["):
                depth += 1
            elif token.kind == "op" and token.text in (b")", b"]"):
                depth -= 1
                if not depth:
                    break
            if token.text == b"," and depth == 1 and token.kind == "op":
                parts.append([])
            else:
                count += 1
                if count <= MOST_TOKENS:
                    parts[-1].append(token)
        raw = text.buffer[text.pinned : text.position]
        text.pinned = None
        if parts == [[]]:
            parts = []
        target = target or self.dump.target(head, len(parts))
        shown = named(raw[: RAW_CHARACTERS * 4])
        if depth:
            target.rows.set_aside(Odd(line, "the file ends within this row", shown, byte=byte))
            return None
        if count > MOST_TOKENS:
            target.rows.set_aside(Odd(line, "an expression of more than 400,000 words", shown, byte=byte))
            return target
        self._row_of(target, parts, line, byte, shown)
        return target

    def _row_of(self, target: Target, parts: Sequence[Sequence[Token]], line: int, byte: int | None, raw: str) -> None:
        rows, width = target.rows, target.width
        order = target.order
        if (len(parts) < width and target.optional) or not parts:
            order = order[: len(parts)]
        elif len(parts) != width:
            rows.set_aside(Odd(line, f"the row has {len(parts):,} values, {width:,} are wanted", raw, byte=byte))
            return
        values: list[Value] = []
        empty: list[tuple[str, str]] = []
        for place, part in zip(order, parts, strict=True):
            try:
                values.append(Expression(part, self.dialect).value())
            except NotLiteral as odd:
                try:
                    values.append(looked_up(self.dump, part))
                except (NotLiteral, NotFollowed):
                    empty.append((rows.spec.columns[place].name, str(odd)))
                    values.append(None)
        if empty and len(empty) == len(values):
            column, said = empty[0]
            reason = f"{said} is no plain value, and nothing in a dump is carried out"
            rows.set_aside(Odd(line, reason, raw, column=column, byte=byte))
            return
        for column, said in empty:
            rows.left_empty(column, line, said)
        rows.add(order, values, target.clause)

    def _select(self, head: Head, line: int) -> None:
        """INSERT … SELECT 1, 'a' UNION ALL SELECT 2, 'b'."""
        byte = self.text.byte_at(self.lexer.at)
        tokens = to_end(self.lexer)
        selects = _selects(tokens)
        if None in selects:
            self._select_rows(head, tokens, line)
            return
        for part in selects:
            if part is None:
                return
            values = [_without_alias(value) for value in split(part)]
            target = self.dump.target(head, len(values))
            raw = named(b" ".join(token.text for token in part))[:RAW_CHARACTERS]
            self._row_of(target, values, line, byte, raw)

    def _select_rows(self, head: Head, tokens: Sequence[Token], line: int) -> None:
        """INSERT … SELECT a, b FROM t WHERE …, from a table that was read."""
        try:
            chosen, source = selected(self.dump, tokens)
            target = self.dump.target(head, len(chosen.columns))
            if target.width != len(chosen.columns):
                raise NotFollowed
            copied_rows(self.dump, chosen, source, target.order, target.rows, target.clause)
        except NotFollowed:
            self._computed(head, line)
        else:
            target.rows.account.followed["INSERT … SELECT"] += 1

    def _assignments(self, head: Head, line: int) -> None:
        """INSERT INTO t SET a = 1, b = 'x'."""
        byte = self.text.byte_at(self.lexer.at)
        parts = list(split(to_end(self.lexer)))
        names, values = [], []
        for part in parts:
            at = Cursor(part)
            name = at.name()
            if name is None or at.take().text != b"=":
                self.dump.others["INSERT that is not understood"] += 1
                return
            names.append(name[-1])
            values.append(part[at.at :])
        target = self.dump.target(Head(head.table, tuple(names), b"VALUES", head.conflicts), len(values))
        self._row_of(target, values, line, byte, named(b" ".join(t.text for part in parts for t in part)))

    def _insert_all(self) -> None:
        """INSERT ALL INTO a (…) VALUES (…) INTO b … SELECT … FROM dual."""
        while self.lexer.peek().word == b"INTO":
            tokens: list[Token] = []
            while not ends_head(token := self.lexer.next()):
                if token.kind in ("stop", "end"):
                    return
                tokens.append(token)
            head = head_of([*tokens, token])
            if head is None or head.source != b"VALUES" or self._careful_row(head, None) is None:
                break
            self.dump.relieve()
        to_end(self.lexer, 0)


def _taken_over(tokens: Sequence[Token], given: str) -> tuple[str, ...] | None:
    """The columns of a = EXCLUDED.a, b = VALUES(b) when all are of this form; `given` is what the new row is called."""
    names: list[str] = []
    for part in split(tokens):
        at = Cursor(part)
        name = at.name()
        rest = [token.text for token in at.tokens[at.at :]]
        if name is None or len(rest) < 4 or rest[0] != b"=" or quoted_name(rest[1]).casefold() != given.casefold():
            return None
        behind = [b"."] if len(rest) == 4 else [b"(", b")"]
        if [rest[2], *rest[4:]] != behind or quoted_name(rest[3]).casefold() != name[-1].casefold():
            return None
        names.append(name[-1])
    return tuple(names)


def _selects(tokens: Sequence[Token]) -> list[Sequence[Token] | None]:
    """The lists of values of SELECT … UNION ALL SELECT …; None for one that asks a table."""
    found: list[Sequence[Token] | None] = []
    part: list[Token] = []
    at = Cursor(tokens)
    while True:
        token = at.take()
        if token.word == b"UNION" or token.kind == "end":
            found.append(part)
            part = []
            if token.kind == "end":
                return found
            at.taken(b"ALL")
            if at.peek().text == b"(":
                return [None]
            at.taken(b"SELECT")
        elif token.word == b"FROM" and at.peek().word in (b"DUAL", b"SYSIBM"):
            while at.peek().kind != "end" and at.peek().word != b"UNION":
                at.take()
        elif token.word in (b"FROM", b"WHERE", b"SELECT", b"JOIN"):
            return [None]
        else:
            part.append(token)


def _without_alias(tokens: list[Token]) -> list[Token]:
    if len(tokens) > 2 and tokens[-2].word == b"AS" and tokens[-1].kind in ("word", "name", "string"):
        return tokens[:-2]
    return tokens
