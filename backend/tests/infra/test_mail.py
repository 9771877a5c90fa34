"""The outbox: mail leaves after the commit, once, to a real receiving server or to the folder."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from support.services import Installation, free_port, installation

from tablewright.infra import jobs, mail
from tablewright.infra.db import transaction
from tablewright.infra.settings import load, override

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Receiver:
    """A receiving server that answers what it is told to, and keeps what it accepted."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.received: list[EmailMessage] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture(scope="module")
def receiver() -> Iterator[tuple[Receiver, int]]:
    handler = Receiver()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, controller.port
    controller.stop()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("mail"), mail_from="Örtliche Berichte <reports@example.org>") as made:
        yield made


@pytest.fixture
def workspace(place: Installation) -> UUID:
    place.execute("TRUNCATE jobs, job_queue, mails")
    return place.workspace()


@pytest.fixture
def to_server(place: Installation, receiver: tuple[Receiver, int]) -> Iterator[Receiver]:
    handler, port = receiver
    handler.received.clear()
    current = place.settings
    with_smtp = load(**current.model_dump() | {"smtp_url": f"smtp://127.0.0.1:{port}"})
    before = override(with_smtp)
    yield handler
    override(before)


def post(workspace: UUID, recipient: str = "ana@example.org", subject: str = "Your report") -> UUID:
    with transaction(workspace_id=workspace) as session:
        found = mail.send(
            session,
            workspace_id=workspace,
            recipient=recipient,
            subject=subject,
            body_text="Grüße\n",
            body_html="<p>Grüße</p>",
            now=NOW,
        )
        assert found.job_id is not None
        return found.job_id


def state(place: Installation, job_id: UUID) -> tuple[Any, ...]:
    return place.rows("SELECT state, error ->> 'code' FROM jobs WHERE id = %s", job_id)[0]


def test_without_a_server_mail_is_kept_in_the_folder(place: Installation, workspace: UUID) -> None:
    job_id = post(workspace)
    assert jobs.run(job_id)
    (path,) = mail.folder().glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["To"] == "ana@example.org" and message["From"] == "Örtliche Berichte <reports@example.org>"
    assert state(place, job_id) == ("succeeded", None)
    path.unlink()


def test_mail_reaches_a_server_whole_and_once(place: Installation, workspace: UUID, to_server: Receiver) -> None:
    job_id = post(workspace)
    jobs.run(job_id)
    jobs.run(job_id)
    (message,) = to_server.received
    body, html = message.get_body(("plain",)), message.get_body(("html",))
    assert body is not None and html is not None
    assert body.get_content().strip() == "Grüße" and "<p>Grüße</p>" in html.get_content()
    assert message["Message-ID"].endswith("@example.org>") and message["Auto-Submitted"] == "auto-generated"
    assert place.rows("SELECT sent_at IS NOT NULL FROM mails") == [(True,)]


def test_a_mail_that_was_sent_is_not_sent_by_a_second_run(
    place: Installation, workspace: UUID, to_server: Receiver
) -> None:
    job_id = post(workspace)
    place.execute("UPDATE mails SET sent_at = now()")
    jobs.run(job_id)
    assert to_server.received == [] and state(place, job_id) == ("succeeded", None)


def test_a_server_that_is_busy_is_tried_again(place: Installation, workspace: UUID, to_server: Receiver) -> None:
    to_server.answers = ["451 Try again later"]
    job_id = post(workspace)
    jobs.run(job_id)
    assert state(place, job_id) == ("queued", "mail_server_away")
    place.execute("UPDATE job_queue SET available_at = now()")
    jobs.run(job_id)
    assert state(place, job_id) == ("succeeded", None) and len(to_server.received) == 1


def test_an_address_that_the_server_refuses_fails_and_says_which(
    place: Installation, workspace: UUID, to_server: Receiver
) -> None:
    to_server.answers = ["550 No such user"]
    job_id = post(workspace, recipient="nobody@example.org")
    jobs.run(job_id)
    assert state(place, job_id) == ("failed", "address_refused")


def test_a_line_break_in_a_subject_adds_no_header(workspace: UUID, to_server: Receiver) -> None:
    jobs.run(post(workspace, subject="Hello\r\nBcc: everybody@example.org"))
    (message,) = to_server.received
    assert message["Bcc"] is None and message["Subject"] == "Hello Bcc: everybody@example.org"


@pytest.mark.parametrize("bad", ["", "ana", "a@b@c", "a@b\r\nBcc: c@d", "a@b,c@d", "<a@b>"])
def test_what_is_no_address_is_refused(workspace: UUID, bad: str) -> None:
    with pytest.raises(mail.AddressInvalid):
        post(workspace, recipient=bad)


def test_a_password_never_goes_to_a_server_that_cannot_encrypt(
    place: Installation, workspace: UUID, to_server: Receiver, receiver: tuple[Receiver, int], tmp_path: Path
) -> None:
    url = f"smtp://me:secret@127.0.0.1:{receiver[1]}"
    before = override(load(**place.settings.model_dump() | {"smtp_url": url}))
    try:
        job_id = post(workspace)
        jobs.run(job_id)
    finally:
        override(before)
    assert state(place, job_id)[0] == "queued" and to_server.received == []
