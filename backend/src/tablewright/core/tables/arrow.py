"""What a process that reads files needs to know of Arrow."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder

import pyarrow as pa


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is left out while Arrow asks for it", name="pandas")


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
