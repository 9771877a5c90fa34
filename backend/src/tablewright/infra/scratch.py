"""Work folders of jobs: one for each run, removed at its end, and by the next run when a worker died."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tablewright.infra.jobs import Lease
from tablewright.infra.settings import settings


@contextmanager
def folder_of(lease: Lease) -> Iterator[Path]:
    """An empty folder for this run. What an earlier run of the same job left behind is removed first."""
    name = f"job-{lease.job_id}"
    for left in settings().scratch_dir.glob(f"{name}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = settings().scratch_dir / f"{name}-{lease.fence}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
