"""Mail leaves through an outbox: written with the rows that caused it, sent by a job, kept until it is sent.

Without an SMTP address each mail is written to the data folder as a message file, for the operator to read.
A mail is sent at least once: only a worker that dies between the server's answer and its own note sends it
again, with the same Message-ID, by which receivers recognise it.
"""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, Session, mapped_column

from tablewright.core.errors import Invalid, Unavailable
from tablewright.infra import clock, jobs
from tablewright.infra.db import Base, transaction
from tablewright.infra.settings import SettingWrong, settings

KIND = "mail.send"
_TIMEOUT_SECONDS = 20
_PATIENCE = timedelta(days=2)


class AddressRefused(Invalid):
    def __init__(self, recipient: str) -> None:
        super().__init__(f"The mail server does not accept the address {recipient}. Check it for a typing error.")


class AddressInvalid(Invalid):
    def __init__(self) -> None:
        super().__init__("This is not a mail address. One looks like name@example.org.")


class MailServerAway(Unavailable):
    def __init__(self) -> None:
        super().__init__("The mail server does not take mail at the moment. It is tried again for two days.")


class Mail(Base):
    """One message to one person."""

    __tablename__ = "mails"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    recipient: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    job_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def send(
    session: Session,
    *,
    workspace_id: UUID,
    recipient: str,
    subject: str,
    body_text: str,
    body_html: str | None = None,
    created_by: UUID | None = None,
    now: datetime,
) -> Mail:
    """Promise a mail: it leaves after this transaction commits. Raises AddressInvalid."""
    _address(recipient)
    mail = Mail(
        workspace_id=workspace_id,
        recipient=recipient,
        # A line break would end the header and begin another.
        subject=" ".join(subject.split())[:200],
        body_text=body_text,
        body_html=body_html,
        created_at=now,
    )
    session.add(mail)
    session.flush()
    job = jobs.enqueue(
        session,
        workspace_id=workspace_id,
        kind=KIND,
        input={"mail_id": str(mail.id)},
        created_by=created_by,
        now=now,
        label=mail.subject,
    )
    mail.job_id = job.id
    session.flush()
    return mail


@jobs.task(KIND, patience=_PATIENCE)
def deliver(lease: jobs.Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Hand one mail to the server, or to the folder. A mail that was sent is left alone."""
    with transaction(workspace_id=lease.workspace_id) as session:
        mail = session.get_one(Mail, UUID(input["mail_id"]))
        if mail.sent_at is not None:
            return {"already_sent": True}
        message = compose(mail)
        recipient = mail.recipient
    lease.renew()
    url = settings().smtp_url
    if url:
        _to_server(url, message, recipient)
    else:
        _to_folder(message, UUID(input["mail_id"]))
    with transaction(workspace_id=lease.workspace_id) as session:
        session.get_one(Mail, UUID(input["mail_id"])).sent_at = clock.now()
        lease.complete(session, {"to_folder": not url})
    return {"to_folder": not url}


def compose(mail: Mail) -> EmailMessage:
    """The message as it goes over the wire; the same mail always has the same Message-ID."""
    message = EmailMessage()
    name, sender = parseaddr(settings().mail_from)
    message["From"] = Address(display_name=name, addr_spec=sender)
    message["To"] = _address(mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body_text)
    if mail.body_html is not None:
        message.add_alternative(mail.body_html, subtype="html")
    return message


def folder() -> Path:
    """Where mails are put while no server is set."""
    return settings().data_dir / "mail"


def _address(recipient: str) -> Address:
    if any(character in recipient for character in "\r\n\0,;<>") or recipient.count("@") != 1:
        raise AddressInvalid
    try:
        return Address(addr_spec=recipient)
    except (ValueError, IndexError) as error:
        raise AddressInvalid from error


def _to_folder(message: EmailMessage, mail_id: UUID) -> None:
    target = folder() / f"{mail_id}.eml"
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_suffix(".part")
    fresh.write_bytes(message.as_bytes())
    fresh.chmod(0o600)
    fresh.rename(target)


def _to_server(url: str, message: EmailMessage, recipient: str) -> None:
    """`smtp://user:password@host:587` (encrypted when the server offers it), `?tls=required`, or `smtps://`."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingWrong("TABLEWRIGHT_SMTP_URL is not usable: give smtp://host:25 or smtps://host:465.")
    needs_tls = parse_qs(parts.query).get("tls") == ["required"] or bool(parts.password)
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=_TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=_TIMEOUT_SECONDS)
        with server:
            server.ehlo()
            if parts.scheme == "smtp" and (needs_tls or server.has_extn("starttls")):
                # Raises when the server cannot: a password never goes over the wire in clear.
                server.starttls(context=context)
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if codes and all(500 <= code < 600 for code in codes):
            raise AddressRefused(recipient) from error
        raise MailServerAway from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerAway from error
