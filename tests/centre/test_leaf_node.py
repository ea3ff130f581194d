"""Reports over a leaf server of NATS at the station, and beside a stream of JetStream on the same subject."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import nats
import pytest
from nats.js.api import StreamConfig
from sqlalchemy import Engine, func, select

from passerby.adapters.centre import CentreDestination
from passerby.centre.nats_intake import NatsIntake
from passerby.centre.report_desk import ReportDesk
from passerby.centre.store.tables import EVENT
from passerby.centre.store.units import NewUnit, enrol
from passerby.contracts.destinations import Centre, DeliveryError
from passerby.contracts.reports import NATS_SUBJECT
from passerby.evals import centre_servers
from passerby.evals.centre_servers import Server
from passerby.evals.ports import free_port
from passerby.store.utc import now_ms, utc_text
from support.clock import MachineClock
from support.databases import needs_nats, needs_postgres
from support.delivered import deliver
from support.stored import an_event
from support.unprivileged import open_folder

pytestmark = [needs_postgres, needs_nats, pytest.mark.slow]
TOKEN = "a token that is long enough"
UTC = utc_text(now_ms() - 60_000)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in which the servers, which run as nobody, read their settings and keep their streams."""
    with open_folder() as made:
        made.chmod(0o777)
        yield made


@pytest.fixture
def leaf_port() -> int:
    return free_port()


@pytest.fixture
def hub(folder: Path, leaf_port: int) -> Iterator[Server]:
    """The server of the control room, with JetStream; leaf servers connect to `leaf_port`."""
    settings = f'leafnodes {{ listen: "127.0.0.1:{leaf_port}" }}\njetstream {{ store_dir: "{folder}/js" }}\n'
    yield from _server(folder, "hub", settings)


@pytest.fixture
def leaf(folder: Path, leaf_port: int) -> Iterator[Server]:
    """The server at the station."""
    settings = f'leafnodes {{ remotes: [{{ url: "nats-leaf://127.0.0.1:{leaf_port}" }}], reconnect: 1 }}\n'
    yield from _server(folder, "leaf", settings)


def _server(folder: Path, name: str, settings: str) -> Iterator[Server]:
    file = folder / f"{name}.conf"
    file.write_text(settings)
    file.chmod(0o644)  # passerby, if it ran in this process before, lets nobody else read new files
    made = centre_servers.nats(folder, "-c", str(file))
    made.start()
    yield made
    made.close()


@pytest.fixture
def desk(engine: Engine) -> ReportDesk:
    with engine.begin() as connection:
        enrol(connection, NewUnit("unit-1", "Riverside", "metro"), TOKEN)
    return ReportDesk(engine, now_ms)


def reporting(server: Server) -> closing[CentreDestination]:
    url = f"nats://127.0.0.1:{server.port}"
    settings = Centre(kind="centre", name="centre", url=url, token=TOKEN, timeout_s=2.0)
    return closing(CentreDestination(settings, MachineClock(), lambda: 0.5))


def kept(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(EVENT)).scalar_one())


def test_a_leaf_server_at_the_station_carries_reports_and_a_kill_of_either_server_loses_none(
    hub: Server, leaf: Server, desk: ReportDesk, engine: Engine
) -> None:
    with NatsIntake(desk, f"nats://127.0.0.1:{hub.port}", None), reporting(leaf) as unit:
        deliver(unit, [an_event("e0", utc=UTC)])
        for number, server in enumerate((hub, leaf, hub), start=1):
            server.kill()
            with pytest.raises(DeliveryError):
                unit.send([an_event(f"e{number}", utc=UTC)])
            server.start()
            deliver(unit, [an_event(f"e{number}", utc=UTC)])
    assert kept(engine) == 4


def test_the_confirmation_of_a_stream_is_not_taken_for_that_of_the_control_room(hub: Server) -> None:
    asyncio.run(_keep_reports(hub, StreamConfig(name="reports", subjects=[NATS_SUBJECT])))
    with reporting(hub) as unit, pytest.raises(DeliveryError, match="the answer cannot be read"):
        unit.send([an_event("e1", utc=UTC)])


def test_a_stream_that_confirms_nothing_may_keep_the_reports_too(
    hub: Server, desk: ReportDesk, engine: Engine
) -> None:
    asyncio.run(_keep_reports(hub, StreamConfig(name="reports", subjects=[NATS_SUBJECT], no_ack=True)))
    with NatsIntake(desk, f"nats://127.0.0.1:{hub.port}", None), reporting(hub) as unit:
        deliver(unit, [an_event("e1", utc=UTC)])
    assert kept(engine) == 1
    token = asyncio.run(_token_in_the_stream(hub))
    assert token == f"Bearer {TOKEN}", "who may read the stream may report as the unit"


async def _keep_reports(server: Server, stream: StreamConfig) -> None:
    client = await nats.connect(f"nats://127.0.0.1:{server.port}")
    await client.jetstream().add_stream(stream)
    await client.close()


async def _token_in_the_stream(server: Server) -> str:
    client = await nats.connect(f"nats://127.0.0.1:{server.port}")
    message = await client.jetstream().get_msg("reports", seq=1)
    await client.close()
    return (message.headers or {}).get("Authorization", "")
