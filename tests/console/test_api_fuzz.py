"""Requests made up from the description of the interface: none may end in an error of the server."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from passerby.console.access import SCOPES
from passerby.console.server import WebServer
from passerby.contracts.settings import ConsoleSettings
from support.consoles import ConsoleStage, console_stage
from support.stored import ALARM, EVENT, FLOW, HEALTH, LINE, PLACE, ZONE

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
EXAMPLES = 40


def ask_everything(stage: ConsoleStage, base_url: str, examples: int) -> int:
    """Send made-up requests to each route; return the number of requests."""
    program = stage.program(*SCOPES)
    headers = {"authorization": program.headers["authorization"]}
    schema = schemathesis.openapi.from_dict(program.get("/api/v1/openapi.json").json())
    asked = 0

    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/stream"):
            continue

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            answer = case.call(base_url=base_url, headers=headers)
            case.validate_response(answer, checks=CHECKS)

        ask()
    return asked


@pytest.mark.slow
def test_no_made_up_request_ends_in_an_error(tmp_path: Path) -> None:
    with console_stage(tmp_path) as stage, WebServer(stage.app, ConsoleSettings(), port=0) as server:
        stage.store.write_records([EVENT, ALARM, ZONE, LINE, FLOW, PLACE, HEALTH])
        assert ask_everything(stage, server.address.rstrip("/"), EXAMPLES) > 5 * EXAMPLES
