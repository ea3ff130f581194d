"""What the centre does with its fleet: invite, enrol, answer units, and move rollouts forward or back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from passerby.centre.fleet.agent import ConfigReport
from passerby.centre.fleet.certificates import is_ending, issued, renewed, unit_of
from passerby.centre.fleet.desired import DesiredConfig
from passerby.centre.fleet.ports import FleetStore, FleetUnit, Rollout, SentConfig
from passerby.centre.fleet.rollout import RolloutPolicy, RolloutStep, UnitProgress, stages_of, step_of, undoing
from passerby.centre.fleet.settable import refused_keys
from passerby.centre.fleet.signing import fingerprint, public_key_bytes, sealed
from passerby.console.passwords import digest, new_token
from passerby.contracts.errors import UsageError
from passerby.store.audit import CONTROL_ROOM, Act

VALID_MS, INVITED_MS = 30 * 86_400_000, 3 * 86_400_000
SILENT_MS = 10 * 60_000
LONGEST_DETAIL = 1000
Settings = Mapping[str, Mapping[str, Any]]
_REPORTED = {"applied": Act.CONFIGURATION_APPLIED, "refused": Act.CONFIGURATION_REFUSED}
Enter = Callable[[str, Act, str, str], None]


@dataclass(frozen=True, slots=True)
class FleetKeys:
    """signing: signs desired configurations. authority_key, authority: make the certificates of units."""

    signing: Ed25519PrivateKey
    authority_key: Ed25519PrivateKey
    authority: x509.Certificate


@dataclass(frozen=True, slots=True)
class FleetDesk:
    """The fleet of one centre.

    enter: takes actor, act, object and detail of each act, for the audit log. now_ms: returns milliseconds since
    1970 UTC. since_ms: when this program began to answer; before, no unit could be heard.
    """

    store: FleetStore
    keys: FleetKeys
    enter: Enter
    now_ms: Callable[[], int]
    policy: RolloutPolicy = field(default_factory=RolloutPolicy)
    since_ms: int = 0

    def invite(self, unit: str, who: str) -> str:
        """Return a token that enrols a unit once, within three days. Only its digest is kept.

        After a point it has the fingerprint of the centre's key, by which the unit knows the centre.
        """
        token = new_token()
        self.store.invite(digest(token), unit, self.now_ms() + INVITED_MS)
        self.enter(who, Act.UNIT_INVITED, unit, "")
        return f"{token}.{fingerprint(public_key_bytes(self.keys.signing.public_key()))}"

    def enrol(self, token: str, request: str) -> dict[str, str]:
        """Return the unit, its certificate and the centre's public key (PEM). Raises UsageError if refused."""
        now_ms, stored = self.now_ms(), digest(token)
        unit = self.store.invited(stored, now_ms)
        made = issued(request.encode(), unit, self.keys.authority_key, self.keys.authority, now_ms)
        self.store.enrol(stored, str(made.serial_number), now_ms)
        self.enter(unit, Act.UNIT_JOINED, unit, f"certificate {made.serial_number:x}")
        key = public_key_bytes(self.keys.signing.public_key()).decode()
        return {"unit": unit, "certificate": made.public_bytes(Encoding.PEM).decode(), "centre_key": key}

    def revoke(self, unit: str, who: str) -> None:
        """Refuse the reports and the certificate of a unit from now on. Raises UsageError for an unknown unit."""
        self.store.revoke(unit)
        self.enter(who, Act.UNIT_REVOKED, unit, "")

    def serial_of(self, unit: str) -> str | None:
        """Return the serial number of a unit's valid certificate."""
        return next((one.serial for one in self.store.units() if one.unit == unit), None)

    def answer(self, unit: str, failing: int, report: ConfigReport | None) -> str | None:
        """Keep what a unit reports; return its signed configuration, None if there is none."""
        self.store.seen(unit, failing, self.now_ms())
        if report is not None and self.store.report(unit, report, self.now_ms()):
            self.enter(unit, _REPORTED[report.outcome], f"configuration {report.version}", report.detail)
        newest = self.store.newest(unit)
        if newest and report and self._is_late(newest, report):
            self.store.send(self._signed(newest.rollout, {unit: report.before}))
            newest = self.store.newest(unit)
        return None if newest is None else newest.envelope

    def renewed(self, certificate: x509.Certificate) -> str | None:
        """Return a unit's certificate with a new end (PEM) if it ends soon; the unit takes it or asks again."""
        now_ms = self.now_ms()
        if not is_ending(certificate, now_ms):
            return None
        self.enter(
            CONTROL_ROOM, Act.UNIT_RENEWED, unit_of(certificate), f"certificate {certificate.serial_number:x}"
        )
        made = renewed(certificate, self.keys.authority_key, self.keys.authority, now_ms)
        return made.public_bytes(Encoding.PEM).decode()

    def begin(self, settings: Settings, canaries: Sequence[str], who: str) -> Rollout:
        """Begin a rollout at the canary stations. Raises UsageError for unknown units and keys not in the list."""
        known = {one.unit: one.station for one in self.store.units() if one.serial is not None}
        earlier = self.store.rollouts()
        if earlier and earlier[0].state == "running":
            raise UsageError(f"rollout {earlier[0].id} is running: wait until it ends, or undo it")
        _check_settings(settings, known)
        stations = {known[unit] for unit in settings}
        for name in canaries or ("",):
            if name not in stations:
                raise UsageError(f"no unit of station {name!r} has settings: choose canaries of {_some(stations)}")
        stages = stages_of(stations, canaries, self.policy.growth)
        made = Rollout(earlier[0].id + 1 if earlier else 1, settings, stages, 0, self.now_ms())
        self.store.begin_rollout(made, self._signed(made.id, self._of_stage(made)))
        self._enter(made, who, Act.ROLLOUT_BEGUN, f"{len(settings)} units; {_stations(made)}")
        return made

    def step(self) -> RolloutStep | None:
        """Move the running rollout on if it is time; None if none runs."""
        running = next((one for one in self.store.rollouts() if one.state == "running"), None)
        if running is None:
            return None
        progress, now_ms = self.progress(running), self.now_ms()
        reported = max((one.reported_ms or 0 for one in self.store.sent(running.id)), default=0)
        # Nothing was observed while the control room was away.
        stage_s, since_s = ((now_ms - then) / 1000 for then in (running.began_ms, max(reported, self.since_ms)))
        step = step_of(progress, self.policy, stage_s, since_s, running.stage == len(running.stages) - 1)
        if step.kind == "advance":
            onward = replace(running, stage=running.stage + 1, began_ms=now_ms)
            if self.store.move_rollout(running, onward, self._signed(running.id, self._of_stage(onward))):
                self._enter(onward, CONTROL_ROOM, Act.ROLLOUT_CONTINUED, _stations(onward))
        elif step.kind == "finish":
            if self.store.move_rollout(running, replace(running, state="finished")):
                self._enter(running, CONTROL_ROOM, Act.ROLLOUT_FINISHED)
        elif step.kind == "halt":
            self.undo(running, step.reason, CONTROL_ROOM)
        return step

    def undo(self, rollout: Rollout, reason: str, who: str) -> bool:
        """Halt a rollout, and give units that applied it their former values with a new version.

        A unit that has not reported gets a new version without settings, so that it does not apply the old one.
        Return False, and do nothing, if the rollout has moved on meanwhile.
        """
        sent = self.store.sent(rollout.id)
        back: dict[str, Mapping[str, Any]] = {one.unit: {} for one in sent if one.outcome is None}
        back.update(undoing(self.progress(rollout), {one.unit: one.before for one in sent}))
        halted = replace(rollout, state="halted", reason=reason)
        if not self.store.move_rollout(rollout, halted, self._signed(-rollout.id, back)):
            return False
        self._enter(rollout, who, Act.ROLLOUT_HALTED, reason)
        return True

    def undo_newest(self, who: str) -> int:
        """Undo the newest rollout and return its number. Raises UsageError if it was undone, or there was none."""
        while True:
            rollout = next(iter(self.store.rollouts()), None)
            if rollout is None or rollout.state == "halted":
                raise UsageError("there is no rollout that could be undone")
            if self.undo(rollout, "undone by hand", who):
                return rollout.id

    def progress(self, rollout: Rollout) -> list[UnitProgress]:
        """Return how far the units of a rollout are; a unit that was revoked has no part in it."""
        units = {one.unit: one for one in self.store.units() if one.serial is not None}
        return [self._progress(one, units[one.unit]) for one in self.store.sent(rollout.id) if one.unit in units]

    def _enter(self, rollout: Rollout, who: str, act: Act, detail: str = "") -> None:
        self.enter(who, act, f"rollout {rollout.id}", detail)

    def _is_late(self, newest: SentConfig, report: ConfigReport) -> bool:
        """Whether a unit applied a version of a rollout that was halted before its report came."""
        is_former = report.version is not None and report.version == newest.version - 1
        return newest.rollout < 0 and is_former and report.outcome == "applied"

    def _progress(self, sent: SentConfig, unit: FleetUnit) -> UnitProgress:
        is_silent = unit.seen_ms is not None and self.now_ms() - max(unit.seen_ms, self.since_ms) > SILENT_MS
        return UnitProgress(sent.unit, sent.outcome, sent.failing_before, unit.failing, is_silent)

    def _of_stage(self, rollout: Rollout) -> Settings:
        stations = rollout.stages[rollout.stage] if rollout.stages else ()
        chosen = {one.unit for one in self.store.units() if one.station in stations and one.serial is not None}
        return {unit: wanted for unit, wanted in rollout.settings.items() if unit in chosen}

    def _signed(self, rollout: int, settings: Settings) -> list[SentConfig]:
        units = {one.unit: one for one in self.store.units()}
        return [self._signed_for(rollout, units[unit], wanted) for unit, wanted in settings.items()]

    def _signed_for(self, rollout: int, unit: FleetUnit, wanted: Mapping[str, Any]) -> SentConfig:
        newest, now_ms = self.store.newest(unit.unit), self.now_ms()
        version = newest.version + 1 if newest else 1
        desired = DesiredConfig(unit.unit, version, now_ms - VALID_MS, now_ms + VALID_MS, wanted)
        return SentConfig(unit.unit, version, rollout, sealed(desired, self.keys.signing), unit.failing)


def _check_settings(settings: Settings, known: Mapping[str, str]) -> None:
    """Raise UsageError for settings that cannot be sent."""
    if not settings:
        raise UsageError("the settings name no unit: map each unit to its settings")
    for unit, wanted in settings.items():
        if unit not in known:
            raise UsageError(f"no unit {unit} has joined; `passerby fleet units` lists them")
        if keys := refused_keys(wanted):
            raise UsageError(f"the centre may not set {', '.join(keys)} of {unit}: change it on the unit")


def _some(names: Collection[str]) -> str:
    return ", ".join(sorted(names)[:10])


def _stations(rollout: Rollout) -> str:
    """Return the stations of the stage that begins, for the audit log."""
    names = rollout.stages[rollout.stage] if rollout.stages else ()
    return f"stage {rollout.stage + 1} of {len(rollout.stages)}: {', '.join(names)}"[:LONGEST_DETAIL]
