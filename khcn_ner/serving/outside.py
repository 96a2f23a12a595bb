"""What surrounds every answer, whatever route: security headers, counting, and one shape for what nobody foresaw."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from khcn_ner.serving.policy import HEADERS
from khcn_ner.serving.refusals import RefusalError, problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from khcn_ner.serving.metrics import Metrics

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Outside:
    """ASGI middleware around the app."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status_code: int | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal status_code
            if message["type"] == "http.response.start":
                status_code = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            logging.getLogger(__name__).exception("a request failed")
            if status_code is None:
                await problem_response(_unforeseen())(scope, receive, send_with_headers)
        finally:
            self._metrics.count_request(
                # Routes and methods that don't exist would be counted without end.
                route=getattr(scope.get("route"), "path", "none"),
                method=scope["method"] if scope["method"] in _METHODS else "other",
                status_code=status_code or 500,
                seconds=time.perf_counter() - begun,
            )


def _unforeseen() -> RefusalError:
    return RefusalError(
        500, "server", found="an error of its own", expected="an answer", remedy="look into the server's log"
    )
