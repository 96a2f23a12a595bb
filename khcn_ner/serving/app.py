"""The app: a Tagger in, the routes of `khcn-ner serve` out.

    POST /extract   a text or a file → its record, or its page
    POST /tag       a text or a file → its spans
    GET  /          a page to drop a file on
    GET  /health    that it runs, and with which model
    GET  /metrics   what it has counted, for Prometheus
    GET  /openapi.json

Run: `khcn-ner serve`, or `uvicorn.run(create_app(Tagger.load()))`.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from khcn_ner import __version__
from khcn_ner.records import ModelInfo, Report
from khcn_ner.serving.answers import Health, RecordFormat, TaggedText, record_answer, spans_answer
from khcn_ner.serving.desk import Desk
from khcn_ner.serving.intake import FORM, JSON, TextBody
from khcn_ner.serving.limits import Limits
from khcn_ner.serving.outside import Outside
from khcn_ner.serving.page import drop_page
from khcn_ner.serving.refusals import Problem, RefusalError, busy, problem_response
from khcn_ner.tagging.tagger import Tagger

_PROBLEMS = {
    400: "The body is not what its media type says.",
    408: "The body took too long.",
    413: "The body, or the text in it, is too large.",
    415: "The body is of another media type, or the file in it of no format that is read.",
    422: "The report can't be read, or a field is wrong.",
    503: "All places are taken; Retry-After says when to try again.",
    504: "The time limit is over.",
}
_UNAUTHORISED = 401
_STRING = {"schema": {"type": "string"}}
_BEARER = HTTPBearer(auto_error=False)


def create_app(tagger: Tagger, *, limits: Limits | None = None, token: str | None = None) -> FastAPI:
    """Make the app that serves a Tagger.

    With a `token`, `/extract`, `/tag` and `/metrics` ask for it as a bearer token; `/`, `/health` and `/openapi.json`
    stay open.
    """
    limits = limits if limits is not None else Limits()
    desk = Desk(tagger, limits)
    model = ModelInfo(name=tagger.manifest.name, version=tagger.manifest.version)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with desk:
            yield

    app = FastAPI(
        title="khcn-ner",
        version=__version__,
        description="Records and spans of Vietnamese science-and-technology (KH&CN) reports.",
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,  # FastAPI's page loads its scripts from a CDN
        redoc_url=None,
    )
    app.add_middleware(Outside, metrics=desk.metrics)
    _answer_errors(app)
    guards = [Depends(_guard(token))] if token is not None else []
    _add_reports(app, desk, limits, model, guards)
    _add_watching(app, desk, limits, model, guards)
    return app


def _add_reports(app: FastAPI, desk: Desk, limits: Limits, model: ModelInfo, guards: list[Any]) -> None:
    """Add the routes that take a report."""
    problems = _problems(*_PROBLEMS, guards=guards)
    described: dict[str, Any] = {"dependencies": guards, "openapi_extra": {"requestBody": _body_described(limits)}}
    pages: dict[int | str, dict[str, Any]] = {
        200: {"description": "The record; with format=html, the page.", "content": {"text/html": _STRING}}
    }

    @app.post("/extract", response_model=Report, responses={**problems, **pages}, **described)
    async def extract(request: Request, format: RecordFormat = RecordFormat.JSON) -> Response:
        """Give the record of a report, as `khcn-ner extract` prints it, or the page that shows it."""
        return await desk.answer(request, partial(record_answer, model=model, form=format))

    @app.post("/tag", response_model=TaggedText, responses=problems, **described)
    async def tag(request: Request) -> Response:
        """Give the spans of a report, as `khcn-ner tag --format jsonl` writes them."""
        return await desk.answer(request, spans_answer)


def _add_watching(app: FastAPI, desk: Desk, limits: Limits, model: ModelInfo, guards: list[Any]) -> None:
    """Add the routes that take no report."""
    page, policy = drop_page(limits, model, needs_token=bool(guards))

    @app.get("/", response_class=HTMLResponse)
    async def index() -> HTMLResponse:
        """Give a page to drop a report on."""
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    @app.get("/health", responses=_problems(503, guards=[]))
    async def health() -> Health:
        """Tell whether reports are answered, and by which model."""
        if not desk.is_open:
            raise busy("server", found="a tagger that has ended", expected="one that runs")
        return Health(status="ok", khcn_ner_version=__version__, model=model, needs_token=bool(guards))

    counted: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": _STRING}}}

    @app.get(
        "/metrics", response_class=Response, dependencies=guards, responses={**_problems(guards=guards), **counted}
    )
    async def metrics() -> Response:
        """Give what was counted, for Prometheus."""
        return Response(desk.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _guard(token: str) -> Callable[..., Coroutine[Any, Any, None]]:
    """Make the dependency that asks for a token."""

    async def ask(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> None:
        given = credentials.credentials if credentials is not None else None
        if given is None or not hmac.compare_digest(given.encode("utf-8"), token.encode("utf-8")):
            raise RefusalError(
                _UNAUTHORISED,
                "Authorization",
                found="no token" if given is None else "another token",
                expected="the server's token",
                remedy="send the header Authorization: Bearer TOKEN",
                headers={"WWW-Authenticate": 'Bearer realm="khcn-ner"'},
            )

    return ask


def _problems(*status_codes: int, guards: list[Any]) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a route for OpenAPI."""
    described = {code: _PROBLEMS[code] for code in status_codes}
    if guards:
        described[_UNAUTHORISED] = "The token is missing or wrong."
    return {code: {"model": Problem, "description": text} for code, text in sorted(described.items())}


def _body_described(limits: Limits) -> dict[str, Any]:
    """Describe the two kinds of bodies for OpenAPI."""
    text = TextBody.model_json_schema()
    text["properties"]["text"]["maxLength"] = limits.max_characters
    file = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary", "description": "One report."}},
        "required": ["file"],
        "additionalProperties": False,
    }
    return {"required": True, "content": {JSON: {"schema": text}, FORM: {"schema": file}}}


def _answer_errors(app: FastAPI) -> None:
    """Give every error the one shape of a Problem."""

    @app.exception_handler(RefusalError)
    async def refuse(_: Request, error: RefusalError) -> JSONResponse:
        return problem_response(error)

    @app.exception_handler(RequestValidationError)
    async def refuse_fields(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ", ".join(map(str, first["loc"]))
        return problem_response(
            RefusalError(
                422, where, found=first["msg"], expected="what /openapi.json says", remedy="correct the request"
            )
        )

    @app.exception_handler(HTTPException)
    async def refuse_route(request: Request, error: HTTPException) -> JSONResponse:
        return problem_response(
            RefusalError(
                error.status_code,
                request.url.path[:200],
                found=str(error.detail),
                expected="a route and a method of /openapi.json",
                remedy="correct the request",
                headers=error.headers,
            )
        )
