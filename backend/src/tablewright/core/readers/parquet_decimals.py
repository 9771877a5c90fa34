"""Decimals of more than 38 digits in Parquet: DuckDB reads other numbers from them, so Arrow writes them anew.

They become decimals of 38 digits where every value of a column fits, else the text of their digits.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tablewright.core.readers.kinds import WIDEST_DECIMAL

BATCH_ROWS = 8192
Change = Callable[[pa.DataType], pa.DataType]


def is_wide(type: pa.DataType) -> bool:
    """Whether decimals of more digits than DuckDB knows are in such values, however deep."""
    if pa.types.is_dictionary(type):
        return is_wide(type.value_type)
    if pa.types.is_nested(type):
        return any(is_wide(type.field(i).type) for i in range(type.num_fields))
    return bool(pa.types.is_decimal256(type))


def kept_as(file: pq.ParquetFile, name: str, type: pa.DataType) -> tuple[pa.DataType, str]:
    """What a column of such values is kept as: the same with fewer digits, or with text in their place; and in words
    how it is stored."""
    declared = str(type).replace("decimal256", "decimal")
    narrow = replaced(type, _narrow)
    long = f"{declared}, which no number here holds: kept as text in all digits"
    if is_wide(narrow):
        return replaced(type, _text), long
    for batch in file.iter_batches(BATCH_ROWS, columns=[name], use_threads=False):
        try:
            cast(batch.column(0), narrow)
        except pa.ArrowInvalid:
            return replaced(type, _text), long
    return narrow, f"{declared}, of which no value has more than {WIDEST_DECIMAL} digits"


def cast(values: pa.Array, type: pa.DataType) -> pa.Array:
    """The values as another type, decimals in all their digits. Raises ArrowInvalid where they do not fit."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if not (pa.types.is_decimal256(values.type) and pa.types.is_string(type)):
        return values.cast(type)
    texts = values.cast(type)
    if not pc.any(pc.match_substring(texts, "E")).as_py():
        return texts
    return pa.array([None if one is None else format(Decimal(one), "f") for one in texts.to_pylist()], type)


def replaced(type: pa.DataType, change: Change) -> pa.DataType:
    """The type with its parts changed, however deep they are."""
    if pa.types.is_dictionary(type):
        return replaced(type.value_type, change)
    if pa.types.is_map(type):
        return pa.map_(replaced(type.key_type, change), replaced(type.item_type, change))
    if pa.types.is_struct(type):
        fields = (type.field(i) for i in range(type.num_fields))
        return pa.struct([one.with_type(replaced(one.type, change)) for one in fields])
    if pa.types.is_fixed_size_list(type):
        return pa.list_(type.value_field.with_type(replaced(type.value_type, change)), type.list_size)
    if pa.types.is_large_list(type):
        return pa.large_list(type.value_field.with_type(replaced(type.value_type, change)))
    if pa.types.is_list(type):
        return pa.list_(type.value_field.with_type(replaced(type.value_type, change)))
    return change(type)


def _narrow(type: pa.DataType) -> pa.DataType:
    if pa.types.is_decimal256(type) and 0 <= type.scale <= WIDEST_DECIMAL:
        return pa.decimal128(WIDEST_DECIMAL, type.scale)
    return type


def _text(type: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_decimal256(type) else type
