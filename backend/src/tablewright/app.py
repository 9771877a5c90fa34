"""The API process: routers, guards at the edge, health, and the built web. Composes; decides nothing."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tablewright import __version__
from tablewright.access.router import router as access
from tablewright.activity.router import router as activity
from tablewright.core.errors import TooLarge
from tablewright.dashboards.router import router as dashboards
from tablewright.datasets.router import router as datasets
from tablewright.exports.router import router as exports
from tablewright.files.router import router as files
from tablewright.identity.router import router as identity
from tablewright.infra import compute, errors, telemetry
from tablewright.infra.settings import settings
from tablewright.infra.web import API_POLICY, FRAMED, SECURITY_HEADERS, Web
from tablewright.metrics.router import router as agreed
from tablewright.queries.building_router import router as building
from tablewright.queries.router import router as queries
from tablewright.queries.visibility_router import router as visibility
from tablewright.reports.router import router as reports
from tablewright.rules.router import router as rules
from tablewright.sharing.public_router import public
from tablewright.sharing.router import router as sharing

log = structlog.get_logger(__name__)

_LARGEST_BODY = 4 << 20
_API = "/api/v1"


class BodyTooLarge(TooLarge):
    def __init__(self) -> None:
        super().__init__(f"A request may have {_LARGEST_BODY:,} bytes at most. Files come through /uploads.")


def _streams(method: str, path: str) -> bool:
    """Whether a request's body is a file, which its own operation bounds."""
    if method == "PATCH":
        return path.startswith(f"{_API}/uploads/")
    return method == "PUT" and path.startswith(f"{_API}/datasets/") and path.endswith("/file")


class Edge:
    """The outermost layer: a request id, bounded bodies, security headers, one log line and metrics."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500
        taken = 0
        bounded = not _streams(scope["method"], scope["path"])
        is_api = scope["path"].startswith("/api/")

        async def bounded_receive() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > _LARGEST_BODY:
                raise BodyTooLarge
            return message

        async def guarded_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                known = {name.lower() for name, _ in headers}
                extra = {**SECURITY_HEADERS, "X-Request-Id": request_id}
                if any(name.lower() == b"content-security-policy" and FRAMED in value for name, value in headers):
                    del extra["X-Frame-Options"]  # it cannot name origins; the policy does
                if is_api:
                    extra.setdefault("Content-Security-Policy", API_POLICY)
                    extra.setdefault("Cache-Control", "no-store")
                if settings().public_url.startswith("https://"):
                    extra["Strict-Transport-Security"] = "max-age=31536000"
                headers.extend(
                    (name.encode(), value.encode())
                    for name, value in extra.items()
                    if name.lower().encode() not in known
                )
            await send(message)

        try:
            await self.app(scope, bounded_receive if bounded else receive, guarded_send)
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "other")
            telemetry.REQUESTS.labels(scope["method"], route, str(status)).inc()
            telemetry.REQUEST_SECONDS.labels(scope["method"], route).observe(seconds)
            if is_api:
                log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    compute.engine()  # children start while the first page is being read
    yield
    compute.close()


def create_app() -> FastAPI:
    """The application of this installation's settings."""
    telemetry.configure_logs(settings().log_level, process="api")
    app = FastAPI(
        title="Tablewright",
        version=__version__,
        summary="From a messy file to a trustworthy report.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{_API}/openapi.json",
    )
    errors.install(app)
    # The most asked first: a request tries the routers one after the other.
    for router in (
        building,  # its paths under /questions before {question_id}
        queries,
        dashboards,
        activity,
        datasets,
        identity,
        access,
        files,
        agreed,
        visibility,
        rules,
        reports,
        exports,
        sharing,
    ):
        app.include_router(router, prefix=_API)
    app.include_router(public)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str]:
        return {"status": "alive", "version": __version__}

    @app.get("/readyz", include_in_schema=False)
    def readyz(response: Response) -> dict[str, object]:
        checks = telemetry.readiness({"children": compute.ready})
        ready = telemetry.is_ready(checks)
        response.status_code = 200 if ready else 503
        return {"ready": ready, "sandbox": compute.sandbox_report(), "parts": [check.as_json() for check in checks]}

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(telemetry.metrics(), media_type=telemetry.METRICS_TYPE)

    web = Web(settings().web_dir or Path(__file__).parent / "web")

    @app.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    def no_such_route(path: str) -> Response:
        return errors.answer(
            {
                "type": "about:blank",
                "title": "Not found",
                "status": 404,
                "code": "not_found",
                "detail": "There is no such address in this API.",
                "where": {},
            }
        )

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def page(request: Request, path: str) -> Response:
        return web.answer(request)

    app.add_middleware(Edge)
    return app


app = create_app()
