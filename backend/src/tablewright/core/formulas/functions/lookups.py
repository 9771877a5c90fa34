"""Looking up values in another dataset."""

from __future__ import annotations

from tablewright.core.formulas.functions.model import Accepts, Define, Function, Takes, ex, same

_lookup = Define("lookup")


def _column(name: str, words: str, group: str = "") -> Takes:
    return Takes(name, Accepts.COLUMN, words, group=group)


FUNCTIONS: tuple[Function, ...] = (
    _lookup("LOOKUP", (Takes("key", Accepts.ANY, group="keys"), _column("key_column", "of the other dataset", "keys"),
            _column("value_column", "of the same dataset")), same(2),
            "The value in another dataset, from the row whose key column equals the key: the first such row in the order of "
            "its file. The question says when a key stands in several rows.",
            "_1", ex("LOOKUP([Customer], Customers[Id], Customers[Name])", ("Ada", "Bo", "Ada", "Cy", None)),
            aliases=("XLOOKUP", "VLOOKUP"), nulls="No value when the key has none or is not found.", bounded=True,
            sheet=True, difference="Spreadsheets search sorted ranges for the nearest smaller value; here keys have to be equal."),
)  # fmt: skip
