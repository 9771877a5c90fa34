"""The engine: compiled questions run on DuckDB in warm, locked child processes."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from tablewright.core.queries.compile import Compiled
from tablewright.infra.children import MIB, Children, Limits


@dataclass(frozen=True)
class Place:
    """The folder of a workspace, and what brings the files that are read into it: other engines read them elsewhere."""

    folder: Path
    bring: Callable[[], object]


Folder = Path | Place


def local(folder: Folder) -> Path:
    """The folder, with its files on the local disk."""
    if isinstance(folder, Path):
        return folder
    folder.bring()
    return folder.folder


class Engine:
    """Asks questions of Parquet files in a workspace's folder.

    `folder` is the workspace's: the child's database can open files in it and nowhere else. Each child
    keeps a few such databases, so the next question of the same workspace finds one open. DuckDB gets
    the larger part of a child's memory; the child's own limit is the one that counts.
    """

    def __init__(self, children: Children, *, threads: int = 2) -> None:
        self.children = children
        self._threads = threads

    def close(self) -> None:
        """Let go of what is held beside the children."""

    def ask(
        self,
        folder: Folder,
        compiled: Compiled,
        *,
        limits: Limits | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> pa.Table:
        """The answer as an Arrow table with the compiled question's columns.

        Raises MemoryExceeded, TimeExceeded, OutputExceeded, ChildDied, EngineBusy or Cancelled.
        """
        payload = self.ask_ipc(folder, compiled, limits=limits, cancelled=cancelled)
        return pa.ipc.open_stream(pa.py_buffer(payload)).read_all()

    def ask_ipc(
        self,
        folder: Folder,
        compiled: Compiled,
        *,
        limits: Limits | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> bytes:
        """The answer as the bytes of an Arrow stream, encoded once, in the child.

        The stream's schema holds, under `tablewright`, JSON with `columns` (as in Answer) and `bin_width`.
        The columns `level` and `other`, where there are any, are as in Answer too.
        """
        folder = local(folder)
        return self.children.call(
            "ask",
            self._params(folder, compiled, limits),
            limits=limits,
            cancelled=cancelled,
            prefer=str(folder),
        ).payload

    def copy(
        self,
        folder: Folder,
        compiled: Compiled,
        out: Path,
        format: Literal["csv", "parquet"],
        *,
        limits: Limits | None = None,
        on_progress: Callable[[dict[str, Any]], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        """Write the whole answer to a file and say how many rows it holds. Memory does not grow with rows.

        CSV has the columns' labels as its header and no cell that a spreadsheet would run as a formula;
        Parquet names columns by their keys. `out` appears whole or not at all.
        """
        folder = local(folder)
        work = self.children.scratch / f"copy-{secrets.token_hex(8)}"
        work.mkdir(mode=0o700)
        try:
            made = work / f"out.{format}"
            columns = [column.model_dump(mode="json") for column in compiled.written]
            params = {**self._params(folder, compiled, limits), "columns": columns, "out": str(made), "format": format}
            reply = self.children.call(
                "copy", params, limits=limits, on_progress=on_progress, cancelled=cancelled, prefer=str(folder)
            )
            _move(made, out)
            return int(reply.value["row_count"])
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _params(self, folder: Path, compiled: Compiled, limits: Limits | None) -> dict[str, Any]:
        return {
            "folder": str(folder.resolve()),
            "sources": compiled.sources,
            "sql": compiled.sql,
            "parameters": compiled.parameters,
            "columns": [column.model_dump(mode="json") for column in compiled.columns],
            "widths": compiled.widths,
            "marks": compiled.marks,
            "memory_bytes": _engine_memory((limits or self.children.limits).memory_bytes),
            "threads": self._share(),
        }

    def _share(self) -> int:
        """The cores for one question. Two at once are answered a fifth sooner when each has its own than when both
        ask for all of them."""
        return max(1, self._threads // (1 + self.children.statistics()["busy"]))


def _engine_memory(of_child: int) -> int:
    """DuckDB's share. A child is about 100 MiB before it is asked anything, DuckDB goes 140 MiB over its limit
    while it spills, and the answer itself needs room."""
    return max(of_child // 3, of_child - 384 * MIB)


def _move(made: Path, out: Path) -> None:
    """Put a finished file in its place at once, also from another filesystem."""
    try:
        os.replace(made, out)
    except OSError:
        near = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
        shutil.copyfile(made, near)
        os.replace(near, out)
