"""One clean table and every way in which real files are damaged, one at a time.

The kinds are those of a survey of delimited files (Pollock, 2023); the table is our own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

NAMES = ["Day", "Time", "Pieces", "Article", "Price", "Sort", "Description", "Page", "Remark"]
SORTS = ["Garden", "Kitchen", "Office", "Workshop", "Travel"]
THINGS = ["lamp", "table, round", "watering can", "shelf", "folding chair, oak", "rope", "tool box", "kettle"]
QUALITIES = ["large", "small", "blue", "with handle", "second hand", "heavy", "light", "new"]
ROW_COUNT = 83


def rows() -> list[list[str]]:
    """83 records of nine columns: dates, times, gaps, codes, prices, texts with commas, addresses, an empty column."""
    return [
        [
            f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/2018",
            f"{(i * 7) % 24:02d}:{(i * 13) % 60:02d}",
            "" if i % 5 == 2 else str(1 + i * 3 % 17),
            f"AB{(i * 37) % 10000:04d}",
            f"£ {i * 11 % 90 + 5}.{'00' if i % 3 else '50'}",
            SORTS[i % len(SORTS)],
            f"{THINGS[i % len(THINGS)]} {QUALITIES[(i * 3) % len(QUALITIES)]}",
            f"www.example.org/catalogue/{i * 97 % 1000}",
            "",
        ]
        for i in range(ROW_COUNT)
    ]


TABLE = [NAMES, *rows()]


def lines(
    table: list[list[str]] = TABLE, delimiter: str = ",", quote: str = '"', escape: str | None = None
) -> list[str]:
    """The table as lines without line breaks; values that hold a mark are quoted."""
    found = []
    for row in table:
        cells = []
        for value in row:
            text = value.replace(quote, (escape or quote) + quote) if quote else value
            wrap = quote and (delimiter.strip() in value if delimiter.strip() else delimiter in value or not value)
            cells.append(f"{quote}{text}{quote}" if wrap or (quote and quote in value) else value)
        found.append(delimiter.join(cells))
    return found


def joined(parts: list[str], newline: str = "\n") -> bytes:
    return (newline.join(parts) + newline).encode()


@dataclass(frozen=True)
class Polluted:
    name: str
    data: bytes
    row: int | None = None
    """Which line was damaged, 0 for the header; None where the whole file is of another kind."""


def _cells(line: str) -> list[str]:
    return next(csv.reader(io.StringIO(line)))


def _raw_cells(line: str) -> list[str]:
    """The cells as they are written, quotes included."""
    found, current, inside = [], "", False
    for character in line:
        if character == "," and not inside:
            found.append(current)
            current = ""
            continue
        inside ^= character == '"'
        current += character
    return [*found, current]


def damaged_rows(every: int = 1) -> Iterator[Polluted]:
    """Each kind of damage to one row, at every row (or every nth) and at every place of the row."""
    clean = lines()
    for r in range(0, len(clean), every):
        cells = _raw_cells(clean[r])

        def put(line: str | None, r: int = r) -> bytes:
            return joined([*clean[:r], *([] if line is None else [line]), *clean[r + 1 :]])

        for c in range(len(cells) - 1):
            left, right = ",".join(cells[: c + 1]), ",".join(cells[c + 1 :])
            yield Polluted(f"missing delimiter {r} {c}", put(left + right), r)
            yield Polluted(f"extra delimiter {r} {c}", put(f"{left},,{right}"), r)
        for c, cell in enumerate(cells):
            bare = cell.strip('"')
            middle = len(bare) // 2
            stray = f'{bare[:middle]}"{bare[middle:]}'
            yield Polluted(
                f"stray quote {r} {c}",
                put(",".join([*cells[:c], f'"{stray}"' if cell != bare else stray, *cells[c + 1 :]])),
                r,
            )
            yield Polluted(f"open quote {r} {c}", put(",".join([*cells[:c], '"' + bare, *cells[c + 1 :]])), r)
        for mark in (";", "\t", " ", ", ", "|"):
            yield Polluted(f"separated by {mark!r} {r}", put(lines([_cells(clean[r])], mark)[0]), r)
        yield Polluted(f"empty row {r}", joined([*clean[: r + 1], "", *clean[r + 1 :]]), r)
        yield Polluted(f"cut short {r}", put(",".join(cells[:4])), r)


def whole_files() -> Iterator[Polluted]:
    """What is changed in the whole file; the table stays the same."""
    clean = lines()
    text = "\n".join(clean)
    yield Polluted("no last line break", text.encode())
    yield Polluted("two last line breaks", (text + "\n\n").encode())
    yield Polluted("CR", joined(clean, "\r"))
    yield Polluted("CRLF", joined(clean, "\r\n"))
    mixed = "".join(line + ("\n", "\r\n", "\r")[i % 3] for i, line in enumerate(clean))
    yield Polluted("mixed line ends", mixed.encode())
    yield Polluted("BOM", b"\xef\xbb\xbf" + joined(clean))
    yield Polluted("UTF-16", joined(clean).decode().encode("utf-16"))
    yield Polluted("Latin-1", joined(clean).decode().encode("latin-1"))
    for mark in (";", "\t", "|", ", ", " "):
        yield Polluted(f"delimiter {mark!r}", joined(lines(delimiter=mark)))
    for mark in ("||", "::", "<>", "\x01", "^", "~"):
        yield Polluted(f"delimiter {mark!r}", joined(lines(delimiter=mark)))
    yield Polluted("quote '", joined(lines(quote="'")))
    inches = [TABLE[0], *([*row[:6], row[6] + ' 5" wide, flat', *row[7:]] for row in TABLE[1:])]
    yield Polluted("backslash before quotes", joined(lines(inches, escape="\\")))
    yield Polluted("doubled quotes", joined(lines(inches)))
    everything = [",".join(f'"{cell}"' for cell in row) for row in TABLE]
    yield Polluted("everything quoted", joined(everything))
    yield Polluted("titles", joined(["Sales of the branch", "as of May", "", *clean]))
    yield Polluted(
        "titles with delimiters", joined(["Sales of the branch,,,,,,,,", "as of May,,,,,,,,", ",,,,,,,,", *clean])
    )
    yield Polluted("notes", joined([*clean, "", "Note: prices with tax"]))
    yield Polluted("notes with delimiters", joined([*clean, ",,,,,,,,", "Note: prices with tax,,,,,,,,"]))
