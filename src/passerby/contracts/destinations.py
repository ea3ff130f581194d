"""Where a unit sends its events: the settings of each destination, and the port that an adapter implements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Protocol, runtime_checkable

from pydantic import Field

from passerby.contracts.errors import PasserbyError
from passerby.contracts.events import Event, Severity, SeverityName
from passerby.contracts.ports import Sample
from passerby.contracts.strict import Name, Strict


class DeliveryError(PasserbyError):
    """A destination cannot be reached or is not ready; the events are sent again later."""


class DeliveryRefusedError(PasserbyError):
    """A destination refused these events for their content; sending them again would not help."""


class EventDestination(Protocol):
    """Sends events to one destination. Only one thread uses it."""

    def send(self, events: Sequence[Event]) -> None:
        """Send `events` in their order; return when the destination has confirmed all of them.

        Raises DeliveryError or DeliveryRefusedError. A repetition is correct: (id, seq) is unique.
        """

    def close(self) -> None:
        """End the connection."""


@runtime_checkable
class StateDestination(Protocol):
    """An EventDestination that also keeps the newest counts and the health of cameras for its readers."""

    def show(self, samples: Sequence[Sample]) -> None:
        """Replace the state of the places of `samples`; without samples, only connect. Raises DeliveryError."""


class _AnyDestination(Strict):
    name: Name = Field(description="name of the destination in `passerby outbox`; unique in the unit")
    severity: SeverityName = Field(default="info", description="lowest severity that is sent")
    kinds: tuple[str, ...] = Field(default=(), description="kinds of events that are sent; empty: all")
    batch: int = Field(default=1, ge=1, le=100, description="most events in one message")
    give_up_h: float = Field(
        default=168.0,
        ge=1,
        le=2160,
        description="age at which an undelivered event is set aside for `passerby outbox retry`, hours",
    )
    most_waiting: int = Field(
        default=100_000, ge=100, le=10_000_000, description="most waiting events; older ones are set aside"
    )

    def wants(self, event: Event) -> bool:
        """Return whether this destination gets `event`."""
        return event.severity.rank >= Severity(self.severity).rank and (not self.kinds or event.kind in self.kinds)


class Webhook(_AnyDestination):
    """An HTTP address that gets events by POST."""

    kind: Literal["webhook"] = Field(description="webhook: HTTP POST")
    url: str = Field(pattern=r"^https?://[^\s/?#]+[^\s#]*$", description="http:// or https:// address")
    secret: str | None = Field(
        default=None,
        min_length=16,
        description="key of the signature, at least 16 characters; take it from ${NAME}",
    )
    format: Literal["event", "cloudevents", "text"] = Field(
        default="event",
        description="event: the event object; cloudevents: CloudEvents 1.0; text: a sentence for a chat",
    )
    ca_file: str | None = Field(
        default=None, min_length=1, description="PEM file of the authority that signed the server's certificate"
    )
    timeout_s: float = Field(default=10.0, ge=1, le=120, description="longest wait for an answer, seconds")


class Mqtt(_AnyDestination):
    """An MQTT 5 broker."""

    kind: Literal["mqtt"] = Field(description="mqtt: MQTT 5")
    host: str = Field(
        min_length=1, max_length=253, pattern=r"^[^\s/:@]+$", description="name or address of the broker"
    )
    port: int = Field(default=8883, ge=1, le=65535, description="port of the broker")
    user: str | None = Field(default=None, min_length=1, description="user of the broker")
    password: str | None = Field(default=None, min_length=1, description="password; take it from ${NAME}")
    tls: bool = Field(default=True, description="encrypt and check the broker's certificate")
    ca_file: str | None = Field(default=None, min_length=1, description="PEM file of the broker's authority")
    certificate: str | None = Field(default=None, min_length=1, description="PEM file of this unit's certificate")
    key: str | None = Field(default=None, min_length=1, description="PEM file of its key")
    prefix: str = Field(
        default="passerby-unit", pattern=r"^[^\s+#\x00/][^\s+#\x00]*$", description="begin of every topic"
    )
    home_assistant: str | None = Field(
        default=None,
        pattern=r"^[^\s+#\x00/][^\s+#\x00]*$",
        description="topic below which Home Assistant looks for devices, normally homeassistant; if absent, it "
        "gets no descriptions",
    )
    timeout_s: float = Field(default=10.0, ge=1, le=120, description="longest wait for the broker, seconds")


class Centre(_AnyDestination):
    """A control room of many units."""

    kind: Literal["centre"] = Field(description="centre: a control room")
    url: str = Field(
        pattern=r"^(https?|nats|tls)://[^\s/?#]+/?$",
        description="https:// address of its reports; or nats:// or tls:// address of a NATS server, which needs "
        "passerby[centre]",
    )
    token: str = Field(
        min_length=16, description="token of this unit, from `passerby centre enrol-unit`; take it from ${NAME}"
    )
    batch: int = Field(default=100, ge=1, le=100, description="most events in one message")
    ca_file: str | None = Field(
        default=None, min_length=1, description="PEM file of the authority that signed the server's certificate"
    )
    timeout_s: float = Field(default=10.0, ge=1, le=120, description="longest wait for an answer, seconds")


Destination = Annotated[Webhook | Mqtt | Centre, Field(discriminator="kind")]
