from __future__ import annotations

from pathlib import Path

import pytest

from support.configured import HEAD, load, wrong

CASES = [
    ("console: {listen: 0.0.0.0}", "passwords would cross the network unencrypted", "no HTTPS"),
    ("console: {certificate: a.pem}", "give certificate and key, or neither", "half a pair"),
    ("console: {port: 80}", "console.port", "a port that needs root"),
    ("console: {root_path: passerby}", "console.root_path", "no slash"),
    ("console: {root_path: /a/}", "console.root_path", "a slash too many"),
    ("console: {recording_link: 'javascript:alert(1)'}", "console.recording_link", "no web address"),
    ("console: {recording_link: 'https://vms/{person}'}", "console.recording_link", "an unknown placeholder"),
    ("console: {certificate: none.pem, key: none.key}", "none.pem", "a file that is missing"),
]


@pytest.mark.parametrize(("text", "says", "why"), CASES, ids=[why for _, _, why in CASES])
def test_what_is_refused(tmp_path: Path, text: str, says: str, why: str) -> None:
    found = wrong(tmp_path, HEAD + text + "\n")
    assert any(says in problem for problem in found), found


@pytest.mark.parametrize(
    "text",
    [
        "console: {port: 8601}",
        "console: {recording_link: 'https://vms.example/play?camera={camera}&at={utc}'}",
        "console: {listen: 0.0.0.0, trusted_proxies: [10.0.0.2]}",
        "console: {root_path: /stations/riverside}",
        "console: {listen: '::1'}",
    ],
)
def test_what_is_taken(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, HEAD + text + "\n").console


def test_files_of_the_certificate_are_beside_the_configuration(tmp_path: Path) -> None:
    for name in ("a.pem", "a.key"):
        (tmp_path / name).write_text("x")
    unit = load(tmp_path, HEAD + "console: {listen: 0.0.0.0, certificate: a.pem, key: a.key}\n")
    assert unit.console.certificate == str(tmp_path / "a.pem")
    assert unit.console.scheme == "https"
