"""Statements that are not carried out, and what is said of them."""

from __future__ import annotations

import re

from tablewright.core.readers.sql.dump import Dump
from tablewright.core.readers.sql.ends import MOST_BODY, to_end
from tablewright.core.readers.sql.literals import named

RUNS = "runs a program outside of the database"
WRITES = "writes another file"
FROM_ELSEWHERE = {
    "LOAD": "fills a table from another file",
    "BULK": "fills a table from another file",
    "ATTACH": "opens another database",
    "XP_CMDSHELL": RUNS,
    "CALL": "calls a procedure, which may change tables",
    "DO": "changes tables in a block",
    "WITH": "may change tables by the result of a query",
    "MERGE": "changes a table by the result of a query",
}
_CLIENT_COMMANDS = (
    (re.compile(rb"(?i)[\\.]?!|[\\.]?(?:system|shell|host|pager)\s|[\\.]\w+\s+\|"
                rb"|\\copy\s.*\s(?:from|to)\s+program\s"), RUNS),
    (re.compile(rb"(?i)\\copy\s.*\sto\s+'|\\lo_export\s|[\\.](?:o|out|output|once|w|write|log|save|backup|clone)\s+\S"
                rb"|tee\s|spool\s+(?!off\b|out\b)\S"), WRITES),
    (re.compile(rb"\.load\s"), "loads a library"),
    (re.compile(rb"(?i)\\(?:copy|i|ir|include|include_relative|lo_import)\s|\\\.[ \t]+\S"
                rb"|\.(?:import|read|restore|open)\s|source\s|@?@?\s*[\w./\\-]+\.sql\b"), "reads another file"),
)  # fmt: skip
"""What commands to client programs do, of which each dump may have some."""
CHANGES = re.compile(rb"(?i)\b(?:INSERT|UPDATE|DELETE|MERGE)\b")


def client_command(dump: Dump) -> None:
    """A command to a client program, such as \\connect, .shell or SYSTEM: read as text and left alone."""
    dump.text.position = dump.lexer.at
    number = dump.text.line
    line = dump.text.rest_of_line()
    dump.others["client command"] += 1
    if what := next((what for form, what in _CLIENT_COMMANDS if form.match(line)), None):
        dump.not_carried_out(number, what)
    found = re.match(rb"\\(?:connect|c)\s+(?:-reuse-previous=\w+\s+)?\"?([^\s;\"]+)", line)
    if found:
        dump.database = named(found[1])


def passed(dump: Dump, label: str) -> None:
    """Count a statement that is not carried out, and pass over it."""
    dump.others[label] += 1
    line = dump.line
    if (what := FROM_ELSEWHERE.get(label)) is None:
        to_end(dump.lexer, 0)
        return
    kept = to_end(dump.lexer, MOST_BODY)
    if label not in ("DO", "WITH") or any(CHANGES.search(token.text) for token in kept):
        dump.not_carried_out(line, what)
