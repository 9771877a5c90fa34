"""What a reader sees of a version beside its rows: columns, profile, receipt and counts, cut to their part.

Profiles, receipts and differences were made from all rows. Who sees a part of the rows gets none of them; who sees all
rows and not all columns gets the profiles of their columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tablewright.core.access.view import View
from tablewright.core.queries.compile import Compiled, count_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.tables import Table, key_of
from tablewright.core.tables import Schema
from tablewright.datasets.models import DatasetVersion
from tablewright.infra.cache import cache
from tablewright.infra.compute import engine
from tablewright.infra.storage import objects


@dataclass(frozen=True)
class Counting:
    """How many rows of a version somebody sees, ready to be counted outside the transaction."""

    key: str
    object_key: str
    compiled: Compiled

    def count(self) -> int:
        """The number. Versions never change: counted once for all who see the same."""

        def make() -> bytes:
            table = engine().ask(objects().local_path(self.object_key).parent, self.compiled)
            return str(table.column(0)[0].as_py()).encode()

        return int(cache().get_or_make(self.key, make))


def row_count(version: DatasetVersion, view: View, schema: Schema) -> Callable[[], int]:
    """How many rows are seen: known at once, or counted when called, which belongs outside the transaction."""
    if view.rows == "all":
        return lambda: version.row_count
    if view.rows == "none":
        return lambda: 0
    question = Question(dataset_id=version.dataset_id, filter=view.row_rule)
    tables = {key_of(question): Table(schema, version.object_key.rpartition("/")[2])}
    compiled = count_question(question, tables, today=version.created_at.date())  # rules are constants: no day matters
    return Counting(f"seen/{version.id}/{view.fingerprint}", version.object_key, compiled).count


def profile(version: DatasetVersion, view: View) -> list[Any]:
    if view.rows != "all":
        return []
    return [column for column in version.profile if column["id"] not in view.withheld]


def keys(version: DatasetVersion, view: View, hides: Callable[[str], bool]) -> dict[str, Any]:
    """The declared keys, without those that name a column the reader does not see, here or in another dataset."""
    primary = version.keys.get("primary_key") or []
    return {
        **version.keys,
        "primary_key": [] if view.hidden.intersection(primary) else primary,
        "links": [
            link
            for link in version.keys.get("links", [])
            if not view.hidden.intersection(link["columns"]) and not hides(link.get("dataset_id") or "")
        ],
    }
