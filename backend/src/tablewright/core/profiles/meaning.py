"""What each column is for in its table: key, identifier, category, measure, time or text."""

# ruff: noqa: S608 - the SQL names only our own columns

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tablewright.core.tables import Column, ColumnType, Schema
from tablewright.core.tables.arrow import batch_rows
from tablewright.core.tables.schema import Role

NEARLY_ALL = 0.85
"""An approximate count of different values so near to the rows may mean that all are different."""
MOST_COUNTED = 2_000_000
"""In longer tables only a column that rises from row to row is proven to be a key."""
MOST_CATEGORIES = 1000
REPEATS = 3
"""A category's values come so many times each, on average."""
_IDENTIFIER_NAME = re.compile(
    r"(^|[^a-z])(id|ids|uuid|guid|key|nr|no|num|code|zip|zipcode|plz|postcode|postal|cap|cep|phone|telephone|tel|telefon"
    r"|telefone|mobile|handy|fax|iban|bic|isbn|issn|ean|gtin|sku|isin|ssn|vat|account|konto|siren|siret|imei|serial)"
    r"($|[^a-z])|(postal|zip|post)_?code|_id$|(number|nummer|numero|numer)$"
)
_YEAR_NAME = re.compile(r"(^|[^a-z])(year|years|yr|jahr|annee|ano|anno|jaar|fy)($|[^a-z])")


def finished_schema(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    schema: Schema,
    profile: Sequence[Mapping[str, Any]],
    rows: int,
    *,
    keys: Collection[str] = (),
) -> Schema:
    """The schema with the role of every column, from its name and its profile; keys are proven on all rows.

    `keys` are the ids of columns that are a part of a key, of this table or another: numbers nobody adds up.
    """
    known = roles(schema, profile, rows)
    columns = []
    for column, role, figures in zip(schema.columns, known, profile, strict=True):
        if column.id in keys and role in ("measure", "text", "category"):
            role = "identifier"
        unique = role in ("identifier", "measure", "text") and _may_be_key(column, role, figures, rows)
        if unique and _is_key(con, file, column, figures, rows):
            role = "key"
        columns.append(column.model_copy(update={"role": role}))
    return Schema(columns=tuple(columns))


def roles(schema: Schema, profile: Sequence[Mapping[str, Any]], rows: int) -> list[Role]:
    """What each column is for, as far as its name, its type and its profile tell."""
    return [_role(column, figures, rows) for column, figures in zip(schema.columns, profile, strict=True)]


def _role(column: Column, figures: Mapping[str, Any], rows: int) -> Role:
    name = _words(column.name)
    distinct, filled = int(figures.get("distinct_count") or 0), rows - int(figures.get("null_count") or 0)
    named = _IDENTIFIER_NAME.search(name) is not None
    if column.type.is_time or column.type == ColumnType.TIME:
        return "time"
    if column.type == ColumnType.BOOLEAN:
        return "category"
    if column.type == ColumnType.INTEGER and column.unit is None:
        low, high = figures.get("min"), figures.get("max")
        if _YEAR_NAME.search(name) and isinstance(low, int) and isinstance(high, int) and 1000 <= low <= high <= 2200:
            return "time"
        return "identifier" if named else "measure"
    if column.type.is_number:
        return "measure"
    if column.type == ColumnType.NESTED:
        return "text"
    if named or _digits_only(figures):
        return "identifier"
    return "category" if distinct <= MOST_CATEGORIES and distinct * REPEATS <= filled else "text"


def _words(name: str) -> str:
    """A name in lower case without accents, its words apart: customerId as customer_id."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    decomposed = unicodedata.normalize("NFD", parted.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _digits_only(figures: Mapping[str, Any]) -> bool:
    """Whether text is digits all the same, as far as its frequent values show: codes with leading zeros, phones."""
    top = [str(one["value"]) for one in figures.get("top") or ()]
    return bool(top) and all(re.fullmatch(r"\+?\d[\d ()/.-]*", value) for value in top)


def _may_be_key(column: Column, role: Role, figures: Mapping[str, Any], rows: int) -> bool:
    if figures.get("null_count") or rows < 2 or column.type in (ColumnType.FLOAT, ColumnType.NESTED) or column.unit:
        return False
    # Numbers to compute with and long texts may all differ by chance: only the first column is taken for a key.
    if role != "identifier" and column.id != "c1":
        return False
    return int(figures.get("distinct_count") or 0) >= NEARLY_ALL * rows


def _is_key(con: duckdb.DuckDBPyConnection, file: Path, column: Column, figures: Mapping[str, Any], rows: int) -> bool:
    if not figures.get("distinct_is_approximate"):
        return int(figures.get("distinct_count") or 0) == rows
    if column.type == ColumnType.INTEGER and _rises(file, column.id):
        return True
    if rows > MOST_COUNTED:
        return False
    source = "read_parquet('" + str(file).replace("'", "''") + "')"
    counted = "SELECT count(DISTINCT {}) FROM " + source
    try:
        (distinct,) = con.execute(counted.format(column.id)).fetchone() or (0,)
    except duckdb.OutOfMemoryException:  # texts of many kilobytes
        (distinct,) = con.execute(counted.format(f"md5(CAST({column.id} AS VARCHAR))")).fetchone() or (0,)
    return int(distinct) == rows


def _rises(file: Path, column: str) -> bool:
    """Whether every value is above the one before it."""
    last = None
    with pq.ParquetFile(file, pre_buffer=False) as parquet:
        for batch in parquet.iter_batches(batch_rows(parquet.metadata, 1 << 16), columns=[column], use_threads=False):
            values = batch.column(0)
            if last is not None and not values[0].as_py() > last:
                return False
            if len(values) > 1 and not pc.all(pc.greater(values[1:], values[:-1])).as_py():
                return False
            last = values[-1].as_py()
    return True
