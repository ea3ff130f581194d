"""The images are not built here: their commands exist, and the files that they name are in the repository."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from test_pages import ROOT, parsed

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SERVICES: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def command_of(service: dict[str, Any]) -> list[str]:
    """The words after the entry point: those of the service, or else of the image."""
    found: list[str] = service.get("command") or json.loads(re.findall(r"^CMD (.*)$", DOCKERFILE, re.M)[0])
    return found


def test_the_services_of_passerby_are_found() -> None:
    assert set(OURS) == {"unit", "centre", "migrate"}
    assert 'ENTRYPOINT ["passerby"]' in DOCKERFILE


@pytest.mark.parametrize("name", OURS)
def test_the_command_of_a_service_exists(name: str) -> None:
    parsed(tuple(command_of(OURS[name])))


@pytest.mark.parametrize("name", OURS)
def test_the_command_reads_and_writes_where_the_service_has_folders(name: str) -> None:
    mounted = {Path(volume.split(":")[1]) for volume in OURS[name].get("volumes", ())}
    paths = [Path(word) for word in command_of(OURS[name]) if word.startswith("/")]
    assert [path for path in paths if not mounted & {path, *path.parents}] == []


@pytest.mark.parametrize("name", OURS)
def test_the_parts_of_an_image_have_a_lock_file(name: str) -> None:
    build = OURS[name]["build"]
    default = re.findall(r"^ARG PARTS=(\w+)$", DOCKERFILE, re.M)[0]
    parts = default if isinstance(build, str) else build["args"]["PARTS"]
    assert (ROOT / f"requirements/{parts}.txt").is_file()


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_hardened(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"] == {"core": 0}


def test_the_user_of_the_image_is_the_one_that_the_page_names() -> None:
    assert re.findall(r"^USER (\d+)$", DOCKERFILE, re.M) == ["970"]
    assert "readable by user 970" in (ROOT / "docs/how-to/install.md").read_text("utf-8")
