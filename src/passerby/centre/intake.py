"""What units ask over HTTPS: reports, and the fleet."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from passerby.centre.bodies import whole_body
from passerby.centre.report_desk import DeskAnswer, ReportDesk
from passerby.contracts.reports import HTTP_PATH, MOST_BYTES

# Each unit keeps one open: twice as many as the 316 units of a metro of 85 stations, and with those of the console
# below the 1,024 files that a process may have open by default.
MOST_CONNECTIONS = 640


def create_intake(desk: ReportDesk, fleet: APIRouter | None = None) -> FastAPI:
    """Return the application that takes reports and serves the routes of the fleet, and nothing else."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.post(HTTP_PATH)
    async def report(request: Request) -> Response:
        body = await whole_body(request, MOST_BYTES, f"at most {MOST_BYTES} bytes are taken")
        answer = await run_sync(desk.take, request.headers.get("authorization", ""), body)
        return _response(answer)

    if fleet is not None:
        app.include_router(fleet)

    @app.get("/healthz")
    def healthz() -> Response:
        return PlainTextResponse("ok\n")

    return app


def _response(answer: DeskAnswer) -> Response:
    return JSONResponse(answer.content.model_dump(mode="json"), answer.status)
