"""An Arrow table becomes an Answer: columnar JSON, exact where JSON numbers are not."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.queries.compile import Compiled
from tablewright.core.queries.model import Answer, AnswerColumn

SAFE_INTEGER = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""


def to_answer(
    table: pa.Table, compiled: Compiled, *, version_id: UUID, total_count: int | None, truncated: bool
) -> Answer:
    """The answer of a compiled question, from the table that the engine gave for it.

    Values are converted column by column and trusted, not validated again one by one.
    """
    described = json.loads((table.schema.metadata or {}).get(b"tablewright", b"{}"))
    return Answer.model_construct(
        columns=compiled.columns,
        data={column.key: values(table.column(column.key), column) for column in compiled.columns},
        row_count=table.num_rows,
        total_count=total_count,
        truncated=truncated,
        version_id=version_id,
        bin_width=described.get("bin_width", {}),
        level=_mark(table, "level"),
        other=_mark(table, "other"),
        engine="duckdb",
    )


def _mark(table: pa.Table, name: str) -> tuple[int, ...]:
    return tuple(table.column(name).to_pylist()) if name in table.column_names else ()


def to_json(answer: Answer) -> bytes:
    """The answer's JSON, the same as the model's own and many times faster for long columns."""
    document = answer.model_dump(mode="json", exclude={"data"})
    return orjson.dumps({**document, "data": answer.data})


def values(column: pa.ChunkedArray, described: AnswerColumn) -> list[Any]:
    """One column as JSON values (see Answer)."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    kind = array.type
    if pa.types.is_decimal(kind):
        return _whole(array) if described.type == "integer" else _decimals(array)
    if pa.types.is_integer(kind):
        return _integers(array)
    if pa.types.is_floating(kind):
        return _with_nulls(array.to_numpy(zero_copy_only=False), pc.fill_null(pc.is_finite(array), False))
    if pa.types.is_timestamp(kind):
        return _timestamps(array)
    if pa.types.is_time(kind):
        return list(_fractions(array, pa.time64("us"), pa.time32("s")).to_pylist())
    if pa.types.is_date(kind):
        return list(pc.cast(array, pa.string()).to_pylist())
    return list(array.to_pylist())


def _with_nulls(found: np.ndarray, valid: pa.Array) -> list[Any]:
    mask = valid.to_numpy(zero_copy_only=False)
    if mask.all():
        return list(found.tolist())
    objects = found.astype(object)
    objects[~mask] = None
    return list(objects.tolist())


def _integers(array: pa.Array) -> list[Any]:
    zero = pa.scalar(0, array.type)
    filled = pc.fill_null(array, zero).to_numpy(zero_copy_only=False)
    found = _with_nulls(filled, pc.is_valid(array))
    if len(filled) and (filled.max() > SAFE_INTEGER or filled.min() < -SAFE_INTEGER):
        return [str(each) if each is not None and abs(each) > SAFE_INTEGER else each for each in found]
    return found


def _whole(array: pa.Array) -> list[Any]:
    """Whole numbers wider than 64 bits: sums that only a decimal holds."""
    numbers = (None if each is None else int(each) for each in array.to_pylist())
    return [str(each) if each is not None and abs(each) > SAFE_INTEGER else each for each in numbers]


def _decimals(array: pa.Array) -> list[Any]:
    if array.type.scale <= 6:  # Arrow writes smaller ones with an exponent.
        return list(pc.cast(array, pa.string()).to_pylist())
    return [None if each is None else format(each, "f") for each in array.to_pylist()]


def _timestamps(array: pa.Array) -> list[Any]:
    zoned = array.type.tz is not None
    local = array.cast(pa.int64()).cast(pa.timestamp(array.type.unit)) if zoned else array
    text = pc.replace_substring(_fractions(local, pa.timestamp("us"), pa.timestamp("s")), " ", "T")
    if zoned:
        text = pc.binary_join_element_wise(text, pa.scalar("Z"), pa.scalar(""))
    return list(text.to_pylist())


def _fractions(array: pa.Array, fine: pa.DataType, whole: pa.DataType) -> pa.Array:
    """Text without fractions of a second when no value has any."""
    try:
        return pc.cast(pc.cast(array, whole), pa.string())
    except pa.ArrowInvalid:
        return pc.cast(pc.cast(array, fine, safe=False), pa.string())
