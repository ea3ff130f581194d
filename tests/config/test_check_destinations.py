from __future__ import annotations

import re
from pathlib import Path

import pytest

from passerby.contracts.events import Severity
from support.configured import HEAD, load, wrong
from support.stored import an_event

CONNECT = Path(__file__).parents[2] / "docs" / "how-to" / "connect.md"

HOOK = "kind: webhook, name: vms, url: 'https://vms.example/in'"
MQTT = "kind: mqtt, name: broker, host: broker.example"
CENTRE = "kind: centre, name: centre, token: 0123456789abcdef"
CASES = [
    (f"{{{CENTRE}, url: 'http://centre.example'}}", "write https://", "a token that can be read on the way"),
    (f"{{{CENTRE}, url: 'nats://centre.example:4222'}}", "write tls://", "the same"),
    (f"{{{CENTRE}, url: 'https://me:pw@centre.example'}}", "identifies itself by its token", "a login"),
    (f"{{{CENTRE}, url: 'ftp://centre.example'}}", "destinations[0].url", "not a way of reports"),
    ("{kind: webhook, name: vms, url: 'ftp://vms.example/'}", "destinations[0].url", "not HTTP"),
    ("{kind: webhook, name: vms, url: 'https://me:pw@vms.example/'}", "an address contains no login", "a login"),
    (f"{{{HOOK}, secret: short}}", "secret", "a key that can be guessed"),
    (f"{{{HOOK}, kinds: [runing]}}", "there is no kind 'runing'", "a word with a fault"),
    (f"{{{HOOK}, ca_file: none.pem}}", "none.pem", "a file that is missing"),
    (f"{{{HOOK}}}, {{{HOOK}}}", "vms", "the same name twice"),
    (f"{{{MQTT}, password: x}}", "a password needs a user", "half a login"),
    (f"{{{MQTT}, certificate: c.pem}}", "give both certificate and key", "half a pair"),
    (f"{{{MQTT}, prefix: 'a/#'}}", "prefix", "a wildcard"),
    (f"{{{MQTT}, tls: false, ca_file: c.pem}}", "certificates are used only with tls: true", "no effect"),
    ("{kind: kafka, name: k}", "kind", "not supported"),
]


@pytest.mark.parametrize(("text", "says", "why"), CASES, ids=[why for *_, why in CASES])
def test_what_is_refused(tmp_path: Path, text: str, says: str, why: str) -> None:
    (tmp_path / "c.pem").write_text("x")
    found = wrong(tmp_path, HEAD + f"destinations: [{text}]\n")
    assert any(says in problem for problem in found), (why, found)


@pytest.mark.parametrize("severity", ["info", "warning", "alarm"])
def test_the_lowest_severity_of_a_destination(tmp_path: Path, severity: str) -> None:
    unit = load(tmp_path, HEAD + f"destinations: [{{{HOOK}, severity: {severity}}}]\n")
    (vms,) = unit.destinations
    assert next(one for one in Severity if vms.wants(an_event(severity=one))) == severity


def test_the_examples_of_the_manual_are_taken(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    examples = re.findall(r"```yaml\n(destinations:.*?)```", CONNECT.read_text("utf-8"), re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        text = re.sub(r"\$\{\w+\}", "0123456789abcdef", example)
        assert load(tmp_path, HEAD + text).destinations


def test_what_is_taken(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    unit = load(
        tmp_path, HEAD + f"destinations: [{{{HOOK}, kinds: [fall], batch: 20}}, {{{MQTT}, ca_file: ca.pem}}]\n"
    )
    assert [one.name for one in unit.destinations] == ["vms", "broker"]
    assert getattr(unit.destinations[1], "ca_file", "") == str(tmp_path / "ca.pem"), "beside the configuration"
