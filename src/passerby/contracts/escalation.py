"""The people whom staff can inform about an alarm: their settings, the message, and the port of an adapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field, model_validator

from passerby.contracts.strict import Name, Strict

# One address of RFC 5322 without display name; no character that could begin another header or recipient.
MailAddress = Annotated[str, Field(max_length=254, pattern=r"^[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+$")]


class MailServer(Strict):
    """The server that takes the e-mails."""

    host: str = Field(min_length=1, max_length=253, pattern=r"^[^\s/:@]+$", description="name or address")
    port: int = Field(default=587, ge=1, le=65535, description="port of the server")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="encryption, with a check of the certificate; none only on this machine"
    )
    ca_file: str | None = Field(default=None, min_length=1, description="PEM file of the server's authority")
    user: str | None = Field(default=None, min_length=1, description="user of the server")
    password: str | None = Field(default=None, min_length=1, description="password; take it from ${NAME}")
    sender: MailAddress = Field(description="address of the sender")
    timeout_s: float = Field(default=10.0, ge=1, le=120, description="longest wait for the server, seconds")

    @model_validator(mode="after")
    def _is_safe(self) -> MailServer:
        if (self.user is None) != (self.password is None):
            raise ValueError("give both user and password of the mail server, or neither")
        if self.security == "none" and self.host not in ("127.0.0.1", "localhost"):
            raise ValueError(f"e-mails would cross the network unencrypted to {self.host}: use starttls or tls")
        return self


class MailRecipient(Strict):
    """People who get an e-mail."""

    kind: Literal["email"] = Field(description="email: an e-mail")
    name: Name = Field(description="name in the console, for example duty manager")
    to: tuple[MailAddress, ...] = Field(min_length=1, description="addresses")


class HookRecipient(Strict):
    """A program that gets the message by POST."""

    kind: Literal["webhook"] = Field(description="webhook: HTTP POST")
    name: Name = Field(description="name in the console, for example control centre")
    url: str = Field(pattern=r"^https?://[^\s/?#@]+([/?][^\s#]*)?$", description="http:// or https:// address")
    secret: str | None = Field(
        default=None, min_length=16, description="key of the signature, as of a destination; take it from ${NAME}"
    )
    ca_file: str | None = Field(default=None, min_length=1, description="PEM file of the server's authority")
    timeout_s: float = Field(default=10.0, ge=1, le=120, description="longest wait for an answer, seconds")


Recipient = Annotated[MailRecipient | HookRecipient, Field(discriminator="kind")]


class Escalation(Strict):
    """The people and programs to which staff can escalate an alarm in the console."""

    recipients: tuple[Recipient, ...] = Field(default=(), description="who can be informed")
    mail: MailServer | None = Field(default=None, description="the mail server; needed for e-mails")
    console_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#]+$",
        description="address of this console for the recipients; if absent, the message has no link",
    )
    give_up_min: float = Field(
        default=60.0,
        ge=1,
        le=1440,
        description="time after which an undelivered message is given up, minutes",
    )

    @model_validator(mode="after")
    def _fits(self) -> Escalation:
        names = [one.name for one in self.recipients]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two recipients have the name {name}: give each its own")
        if self.mail is None and any(isinstance(one, MailRecipient) for one in self.recipients):
            raise ValueError("e-mails need a mail server: give mail with host and sender")
        if self.mail is not None and (self.mail.user is None) != (self.mail.password is None):
            raise ValueError("give both user and password of the mail server, or neither")
        if (
            self.mail is not None
            and self.mail.security == "none"
            and self.mail.host not in ("127.0.0.1", "localhost")
        ):
            raise ValueError(
                f"e-mails would cross the network unencrypted to {self.mail.host}: use starttls or tls"
            )
        return self


@dataclass(frozen=True, slots=True)
class EscalationMessage:
    """What a recipient learns: no picture, and nothing about a person but their number in the reason.

    id: unique; a repetition has the same. began: RFC 3339, "" for a recording. by: the account that escalates.
    note: the text of this account. link: the alarm in the console, "" without `console_url`.
    """

    id: str
    station: str
    alarm: str
    title: str
    reason: str
    camera: str
    place: str
    priority: str
    began: str
    by: str
    note: str
    link: str


class EscalationChannel(Protocol):
    """Sends messages to one recipient. Only one thread uses it."""

    def send(self, message: EscalationMessage) -> None:
        """Send; return when it was taken. Raises DeliveryError, or DeliveryRefusedError for a permanent reason."""

    def close(self) -> None:
        """End the connection."""
