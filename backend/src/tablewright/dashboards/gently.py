"""Questions for which nobody waits as for a page: who is refused comes back, a few times."""

from __future__ import annotations

from collections.abc import Mapping
from time import sleep

from tablewright.core.errors import Problem
from tablewright.infra.admission import Ticket, is_refusal
from tablewright.queries import service as queries

PAUSES = (1.0, 2.0, 4.0)
"""Seconds after which who was refused asks again."""


def let_in(wanted: Mapping[str, queries.Permitted]) -> dict[str, Ticket]:
    """Their tickets. Raises EngineBusy or WorkspaceBusy when there is no place for them for long."""
    for seconds in PAUSES:
        try:
            return queries.all_wanted(wanted, "json")
        except Problem as problem:
            if not is_refusal(problem):
                raise
            sleep(seconds)
    return queries.all_wanted(wanted, "json")
