"""People for tests: real rows, real sessions, real tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from starlette.testclient import TestClient

from tablewright.identity import service
from tablewright.identity.models import Member, User, Workspace
from tablewright.identity.secrets import access_token, hash_password
from tablewright.infra.clock import now
from tablewright.infra.db import see, transaction

PASSWORD = "correct horse battery"
_HASH = hash_password(PASSWORD)


@dataclass(frozen=True)
class Person:
    """Somebody signed in, with a client that speaks for them."""

    user_id: UUID
    workspace_id: UUID
    email: str
    token: str
    client: TestClient

    def request(self, method: str, path: str, **given: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **given.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **given)

    def get(self, path: str, **given: Any) -> Any:
        return self.request("GET", path, **given)

    def post(self, path: str, json: Any = None, **given: Any) -> Any:
        return self.request("POST", path, json=json, **given)

    def put(self, path: str, json: Any = None, **given: Any) -> Any:
        return self.request("PUT", path, json=json, **given)

    def patch(self, path: str, json: Any = None, **given: Any) -> Any:
        return self.request("PATCH", path, json=json, **given)

    def delete(self, path: str, **given: Any) -> Any:
        return self.request("DELETE", path, **given)


def a_person(
    client: TestClient, role: str = "admin", workspace_id: UUID | None = None, *, super_admin: bool = False
) -> Person:
    """A new person signed in, in a new workspace or as a member of the given one."""
    moment = now()
    with transaction() as session:
        user = User(
            id=uuid4(),
            email=f"{uuid4().hex[:12]}@people.test",
            name=f"A {role}",
            password_hash=_HASH,
            is_super_admin=super_admin,
            created_at=moment,
        )
        session.add(user)
        if workspace_id is None:
            workspace_id = uuid4()
            session.add(Workspace(id=workspace_id, name=f"Workspace {workspace_id.hex[:6]}", created_at=moment))
        session.flush()
        see(session, workspace_id, user.id)
        session.add(Member(workspace_id=workspace_id, user_id=user.id, role=role, created_at=moment))
        session.flush()
        opened = service.sign_in(session, email=user.email, password=PASSWORD, address="test", now=moment)
        token, _ = access_token(service.claims_of(opened.session), moment)
        return Person(user.id, workspace_id, user.email, token, client)
