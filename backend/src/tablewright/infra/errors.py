"""Problems at the edge: every error leaves as an RFC 9457 document, never as a stack trace."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from tablewright.core.errors import Problem

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

_HTTP_TITLES = {404: "Not found", 405: "Method not allowed", 413: "Too large", 415: "Unsupported media type"}


def answer(document: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    status = int(document["status"])
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if status in (429, 503):
        headers.setdefault("Retry-After", str(document.get("where", {}).get("retry_after", 2)))
    if status == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return JSONResponse(document, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def unexpected(error: BaseException, **where: Any) -> dict[str, Any]:
    """The document for a fault of ours: a reference to look up in the log, and nothing else."""
    reference = uuid4().hex[:12]
    log.error("unexpected_error", reference=reference, exc_info=error, **where)
    return {
        "type": "about:blank",
        "title": "Something went wrong on our side",
        "status": 500,
        "code": "unexpected",
        "detail": f"This should not have happened. The operator finds the cause in the log under {reference}.",
        "where": {"reference": reference},
    }


def install(app: FastAPI) -> None:
    """Register the handlers for problems, validation errors, HTTP errors and everything else."""

    @app.exception_handler(Problem)
    def on_problem(_: Request, problem: Problem) -> JSONResponse:
        return answer(problem.as_document())

    @app.exception_handler(RequestValidationError)
    def on_invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [
            {"field": ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0]), "reason": fault["msg"]}
            for fault in error.errors()[:20]
        ]
        words = "; ".join(f"{fault['field']}: {fault['reason']}" for fault in faults[:3])
        return answer(
            {
                "type": "about:blank",
                "title": "Not acceptable",
                "status": 422,
                "code": "request_invalid",
                "detail": f"The request does not fit what is expected here: {words}.",
                "where": {"fields": faults},
            }
        )

    @app.exception_handler(HTTPException)
    def on_http_error(_: Request, error: HTTPException) -> JSONResponse:
        title = _HTTP_TITLES.get(error.status_code, "Not possible")
        document = {
            "type": "about:blank",
            "title": title,
            "status": error.status_code,
            "code": title.lower().replace(" ", "_"),
            "detail": error.detail if error.detail != title else f"{title}.",
            "where": {},
        }
        return answer(document, dict(error.headers or {}))

    @app.exception_handler(Exception)
    def on_fault(request: Request, error: Exception) -> JSONResponse:
        return answer(unexpected(error, path=request.url.path))
