"""Sends the message of an escalated alarm: by e-mail, or by HTTP POST."""

from __future__ import annotations

import json
import smtplib
from dataclasses import asdict
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from passerby.adapters.signed_post import SignedPost, trust
from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError
from passerby.contracts.escalation import EscalationMessage, HookRecipient, MailRecipient, MailServer
from passerby.contracts.time import Clock

# SMTP replies from here on are permanent (RFC 5321 section 4.2.1).
PERMANENT = 500


class HookChannel:
    """Posts the message as JSON. Raises UsageError if the file of the authority cannot be read."""

    def __init__(self, settings: HookRecipient, clock: Clock) -> None:
        self._post = SignedPost(settings.url, settings.secret, settings.ca_file, settings.timeout_s, clock)

    def send(self, message: EscalationMessage) -> None:
        """See EscalationChannel."""
        body = json.dumps({"type": "escalation", **asdict(message)}, ensure_ascii=False).encode()
        self._post.send("application/json", body, message.id)

    def close(self) -> None:
        """See EscalationChannel."""
        self._post.close()


class MailChannel:
    """Sends one e-mail to all addresses of a recipient; each message has its own connection.

    Raises UsageError if the file of the authority cannot be read.
    """

    def __init__(self, settings: MailRecipient, server: MailServer, clock: Clock) -> None:
        self._settings, self._server, self._clock = settings, server, clock
        self._trust = trust(server.ca_file)

    def send(self, message: EscalationMessage) -> None:
        """See EscalationChannel."""
        try:
            with self._connected() as connection:
                connection.send_message(self._letter(message))
        except smtplib.SMTPResponseException as error:
            reply = f"{self._server.host} answered {error.smtp_code}"
            raise (DeliveryRefusedError if error.smtp_code >= PERMANENT else DeliveryError)(reply) from error
        except smtplib.SMTPRecipientsRefused as error:
            is_final = all(code >= PERMANENT for code, _ in error.recipients.values())
            refused = f"{self._server.host} refused every address"
            raise (DeliveryRefusedError if is_final else DeliveryError)(refused) from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"{self._server.host} cannot be reached ({error})") from error

    def close(self) -> None:
        """See EscalationChannel."""

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            made: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_s, context=self._trust
            )
        else:
            made = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
            if server.security == "starttls":
                made.starttls(context=self._trust)
        if server.user is not None and server.password is not None:
            made.login(server.user, server.password)
        return made

    def _letter(self, message: EscalationMessage) -> EmailMessage:
        made = EmailMessage()
        made["From"] = self._server.sender
        made["To"] = ", ".join(self._settings.to)
        made["Subject"] = _one_line(f"{message.station}: {message.title}, {message.place or message.camera}")
        made["Date"] = format_datetime(datetime.fromtimestamp(self._clock.utc_ns() / 1e9, UTC))
        made["Message-ID"] = f"<{message.id}@passerby.invalid>"  # a repetition has the same one
        made.set_content(text_of(message))
        return made


def text_of(message: EscalationMessage) -> str:
    """Return the message as text."""
    facts = (
        ("station", message.station),
        ("camera", message.camera),
        ("place", message.place),
        ("began", message.began),
        ("priority", message.priority),
        ("escalated by", message.by),
        ("alarm", message.alarm),
    )
    lines = [f"{message.title}: {message.reason}", "", *(f"{name}: {value}" for name, value in facts if value)]
    lines += ["", message.note] if message.note else []
    lines += ["", message.link] if message.link else []
    return "\n".join([*lines, "", "passerby identifies no person."]) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
