"""The last step of every reader: the written table is looked at as a whole."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.profiles.meaning import finished_schema
from tablewright.core.profiles.profile import profile
from tablewright.core.readers.model import Context
from tablewright.core.tables import Schema


def profiled(
    con: duckdb.DuckDBPyConnection,
    context: Context,
    file: Path,
    schema: Schema,
    rows: int,
    *,
    keys: Collection[str] = (),
) -> tuple[Schema, list[dict[str, Any]]]:
    """The schema with the role of every column, and a profile of each. `keys` are columns that are a part of a key."""

    def tell(done: int) -> None:
        context.progress(stage="profile", done=done, total=len(schema.columns), unit="columns")

    found = profile(con, file, schema, rows, tell=tell)
    return finished_schema(con, file, schema, found, rows, keys=keys), found
