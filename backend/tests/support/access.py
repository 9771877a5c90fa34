"""Rules of access for tests."""

from __future__ import annotations

from typing import Any

from support.people import Person


def condition(column: str, op: str, *values: Any) -> dict[str, Any]:
    return {"kind": "group", "items": [{"kind": "condition", "column": column, "op": op, "values": list(values)}]}


def row_rule(who: dict[str, Any], only: dict[str, Any] | None = None, name: str = "Rows") -> dict[str, Any]:
    return {"name": name, "who": [who], "condition": only}


def column_rule(who: dict[str, Any], *columns: str, name: str = "Columns") -> dict[str, Any]:
    return {"name": name, "who": [who], "columns": list(columns)}


EVERYONE = {"kind": "everyone"}
ADMINS = {"kind": "role", "role": "admin"}
VIEWERS = {"kind": "role", "role": "viewer"}


def rule(admin: Person, dataset: dict[str, Any], *, rows: Any = (), columns: Any = ()) -> Any:
    """Put these rules in place of those that there are."""
    path = f"/datasets/{dataset['id']}/access"
    version = admin.get(path).json()["version"]
    answer = admin.put(path, {"rules": {"rows": list(rows), "columns": list(columns)}, "version": version})
    assert answer.status_code == 200, answer.text
    return answer.json()


def know(admin: Person, member: Person, **attributes: list[str]) -> None:
    answer = admin.put(f"/members/{member.user_id}/attributes", {"attributes": attributes})
    assert answer.status_code == 200, answer.text
