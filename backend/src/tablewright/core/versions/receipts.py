"""The account of a version: what the reader said, and what became of the rows since. It always balances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright.core.readers.model import LISTED_ROWS
from tablewright.core.versions.problems import ReceiptUnbalanced

Document = dict[str, Any]


def published(receipt: Mapping[str, Any], ids: Mapping[str, str]) -> Document:
    """The reader's receipt with its decisions about columns of the dataset; `ids` from the file's column ids."""
    decisions = [
        {**decision, "column": ids.get(decision["column"]) if decision.get("column") else None}
        for decision in receipt.get("decisions", [])
    ]
    kept = {key: value for key, value in receipt.items() if key != "quarantine_file"}
    return _balanced({**kept, "decisions": decisions})


def after_build(receipt: Mapping[str, Any], built: Mapping[str, Any]) -> Document:
    """Rows that did not fit the mapping or a rule of the contract were set aside, duplicates left out."""
    misfits, duplicates = int(built["misfits"]), int(built["duplicates"])
    return _balanced(
        {
            **receipt,
            "rows_loaded": receipt["rows_loaded"] - misfits - duplicates,
            "rows_quarantined": receipt["rows_quarantined"] + misfits,
            "rows_skipped": receipt["rows_skipped"] + duplicates,
            "quarantine": [*receipt.get("quarantine", []), *built["first_misfits"]][:LISTED_ROWS],
            "skipped": [*receipt.get("skipped", []), *built["first_duplicates"]][:LISTED_ROWS],
            "checks": built.get("checks", []),
        }
    )


def after_replay(receipt: Mapping[str, Any], replayed: Mapping[str, Any]) -> Document:
    """Rows that were set aside became loaded rows or were left out; those of the file are as many as before."""
    count, duplicates = len(replayed["replayed"]), int(replayed["duplicates"])
    return _balanced(
        {
            **receipt,
            "rows_loaded": receipt["rows_loaded"] + count - duplicates,
            "rows_quarantined": replayed["rows_quarantined"],
            "rows_skipped": receipt["rows_skipped"] + len(replayed["discarded"]) + duplicates,
            "rows_replayed": receipt.get("rows_replayed", 0) + count,
            "quarantine": replayed["quarantine_rows"],
            "skipped": [
                *receipt.get("skipped", []), *replayed["skipped_rows"], *replayed["first_duplicates"]
            ][:LISTED_ROWS],
        }
    )  # fmt: skip


def doubt_count(receipt: Mapping[str, Any]) -> int:
    """What the file left open: the reader's warnings, and decisions that were assumed."""
    assumed = [decision for decision in receipt.get("decisions", []) if decision.get("confidence") == "assumed"]
    return len(receipt.get("warnings", [])) + len(assumed)


def _balanced(receipt: Document) -> Document:
    parts = receipt["rows_loaded"] + receipt["rows_quarantined"] + receipt["rows_skipped"]
    if receipt["rows_seen"] != parts:
        raise ReceiptUnbalanced(int(receipt["rows_seen"]), int(parts))
    return receipt
