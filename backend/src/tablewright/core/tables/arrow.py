"""What a process that reads files needs to know of Arrow."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

import pyarrow as pa
import pyarrow.parquet as pq

BATCH_BYTES = 32 << 20
BATCH_VALUES = 1_000_000


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is left out while Arrow asks for it", name="pandas")


def batch_rows(metadata: pq.FileMetaData, most: int) -> int:
    """How many rows of a Parquet file to take into memory at once: `most`, and fewer where rows are wide."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    widest = max((group.total_byte_size / group.num_rows for group in groups if group.num_rows), default=0)
    values = BATCH_VALUES // max(int(metadata.num_columns), 1)
    return max(1, min(most, int(BATCH_BYTES / max(widest, 1)), values))


def leave_pandas_out() -> None:
    """Keep Arrow from importing pandas to look at the first Python list it is given.

    It imports pandas only to ask whether the list is one of pandas' own, which costs more processor time than loading
    a file of 100,000 rows. It asks once a process and remembers that pandas was not there; what is asked of pandas by
    name (`to_pandas`) imports it all the same.
    """
    if "pandas" in sys.modules:
        return
    refusal = _NoPandas()
    sys.meta_path.insert(0, refusal)
    try:
        pa.array([""])
    finally:
        sys.meta_path.remove(refusal)
