"""The child pools of this process: questions, files, pictures and documents. Started when first used."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from tablewright.infra.admission import Admission
from tablewright.infra.children import Children
from tablewright.infra.engine import Engine
from tablewright.infra.engines import made
from tablewright.infra.limits import Limits
from tablewright.infra.settings import settings
from tablewright.infra.storage import objects

_GIB = 1 << 30
_started: list[Children] = []
_lock = threading.Lock()


def _pool(**given: Any) -> Children:
    children = Children(scratch=settings().scratch_dir, readable=_readable(), **given)
    with _lock:
        _started.append(children)
    return children


def _readable() -> list[Path]:
    """Where children may read: uploads, stored objects and local copies of them. Made when missing."""
    folders = [settings().data_dir / "uploads", settings().data_dir / "objects", settings().cache_dir]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folders


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine that answers questions: DuckDB in children that stay warm, and what is beside it (see `engines`)."""
    wall = settings().query_wall_seconds
    return made(
        _pool(
            size=settings().query_children,
            reuse=True,
            limits=Limits(
                memory_bytes=settings().query_memory_bytes,
                cpu_seconds=wall * 4,
                wall_seconds=wall,
            ),
            warm=["tablewright.infra.duck"],
        ),
        settings(),
        objects().root,
    )


@lru_cache(maxsize=1)
def admission() -> Admission:
    """The door to the engine. A few more than there are children, so that none is idle while answers are written."""
    return Admission(at_once=2 * settings().query_children + 2, longest_wait=settings().query_wall_seconds)


@lru_cache(maxsize=1)
def load_children() -> Children:
    """Children that parse one stranger's file each, and are gone after it."""
    wall = settings().load_wall_seconds
    return _pool(
        size=settings().worker_concurrency,
        reuse=False,
        limits=Limits(memory_bytes=settings().load_memory_bytes, cpu_seconds=wall * 2, wall_seconds=wall),
        # Everything that reading needs is loaded while the child waits, not while somebody waits for it.
        warm=["tablewright.core.readers.load", "tablewright.core.readers.glance"],
    )


@lru_cache(maxsize=1)
def chart_children() -> Children:
    """Children that draw charts, with the compiled chart bundle warm."""
    return _pool(
        size=1,
        reuse=True,
        limits=Limits(memory_bytes=_GIB, cpu_seconds=30, wall_seconds=30),
        warm=["tablewright.core.charts.render"],
    )


@lru_cache(maxsize=1)
def document_children() -> Children:
    """Children that write PDF and Excel files, one each."""
    return _pool(
        size=1,
        reuse=False,
        limits=Limits(memory_bytes=2 * _GIB, cpu_seconds=1200, wall_seconds=1200),
        warm=["pyarrow.parquet", "typst", "xlsxwriter"],
    )


def ready() -> None:
    """Pass when the children that answer questions start. Raises ChildrenCannotStart."""
    engine().children.sandbox_report()


def sandbox_report() -> dict[str, Any]:
    """What holds the children on this host: limits always, network and files as the kernel allows."""
    return engine().children.sandbox_report()


def close() -> None:
    """End every child of this process."""
    with _lock:
        started, _started[:] = list(_started), []
    if admission.cache_info().currsize:
        admission().close()
        admission.cache_clear()
    if engine.cache_info().currsize:
        engine().close()
    for children in started:
        children.close()
    for pool in (engine, load_children, chart_children, document_children):
        pool.cache_clear()
