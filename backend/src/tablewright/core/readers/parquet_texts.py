"""How much text a Parquet file holds: a text in a dictionary is stored once and may come a million times."""

# ruff: noqa: S608 - the SQL names only the file, as a literal

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tablewright.core.readers.engine import literal

BATCH_ROWS = 65_536
LEAST_CHUNK = 32 << 10
"""In columns that are stored in less than this no text is so long that it matters."""
READ_BYTES = 1 << 20
"""Arrow reads so much of a column at once; without a number it reads the whole of a row group."""


@dataclass(frozen=True)
class Group:
    """What a row group has in dictionaries: how many values each column has, by its place."""

    number: int
    rows: int
    values: dict[int, int]


def dictionaries_of(con: duckdb.DuckDBPyConnection, path: Path) -> list[Group]:
    """The row groups in which texts are kept in large dictionaries. Arrow would end the process over some damage."""
    found = con.execute(
        "SELECT row_group_id, row_group_num_rows, column_id, num_values"
        f" FROM parquet_metadata({literal(path)}) WHERE type = 'BYTE_ARRAY' AND dictionary_page_offset IS NOT NULL"
        f" AND total_uncompressed_size > {LEAST_CHUNK} ORDER BY row_group_id"
    ).fetchall()
    return [
        Group(number, max(rows, 1), {column: values for *_, column, values in chunks})
        for (number, rows), chunks in groupby(found, lambda row: (int(row[0]), int(row[1])))
    ]


def repeated_text(
    path: Path, metadata: pq.FileMetaData, groups: Sequence[Group], *, most: int, wide: float
) -> tuple[int, float]:
    """How many bytes the texts of dictionaries have in all rows, and how many a row, in the group of the widest.

    Where there are less than `most`, and less than `wide` a row, even if every row has the longest text of its
    dictionary, it is what that would give; otherwise the texts are added up, until there are `most`.
    Raises what Arrow raises.
    """
    places = sorted({place for group in groups for place in group.values})
    names = {place: metadata.schema.column(place).path for place in places}
    with pq.ParquetFile(
        path, metadata=metadata, read_dictionary=[*names.values()], pre_buffer=False, buffer_size=READ_BYTES
    ) as file:
        sizes = [_at_most(file, group, names) for group in groups]
        if sum(sizes) > most or _widest(sizes, groups) > wide:
            sizes = []
            for group in groups:
                sizes.append(_added_up(file, group, names, most - sum(sizes)))
                if sum(sizes) > most:
                    break
    return sum(sizes), _widest(sizes, groups)


def _widest(sizes: Sequence[int], groups: Sequence[Group]) -> float:
    return max((size / group.rows for size, group in zip(sizes, groups, strict=False)), default=0.0)


def _at_most(file: pq.ParquetFile, group: Group, names: dict[int, str]) -> int:
    """The bytes of a row group's texts, if each were the longest of its dictionary."""
    size = 0
    for place, values in group.values.items():
        for batch in file.iter_batches(1, row_groups=[group.number], columns=[names[place]], use_threads=False):
            longest = max((pc.max(_lengths(one)).as_py() or 0 for one in _dictionaries(batch.columns)), default=0)
            size += longest * values
            break
    return size


def _added_up(file: pq.ParquetFile, group: Group, names: dict[int, str], most: int) -> int:
    size = 0
    columns = [names[place] for place in group.values]
    for batch in file.iter_batches(BATCH_ROWS, row_groups=[group.number], columns=columns, use_threads=False):
        for one in _dictionaries(batch.columns):
            size += pc.sum(pc.take(_lengths(one), one.indices)).as_py() or 0
        if size > most:
            break
    return size


def _lengths(one: pa.DictionaryArray) -> pa.Array:
    return pc.binary_length(one.dictionary).cast(pa.int64())


def _dictionaries(arrays: Sequence[pa.Array]) -> Iterator[pa.DictionaryArray]:
    """The arrays that have dictionaries, within lists and records too."""
    for array in arrays:
        if pa.types.is_dictionary(array.type):
            yield array
        elif pa.types.is_struct(array.type):
            yield from _dictionaries(array.flatten())
        elif pa.types.is_map(array.type):
            yield from _dictionaries([array.keys, array.items])
        elif pa.types.is_nested(array.type):
            yield from _dictionaries([array.flatten()])
