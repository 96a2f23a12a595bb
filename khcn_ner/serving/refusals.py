"""Answers that are no records: a RefusalError with its status, and the one shape in which every error is answered."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import status
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from khcn_ner.errors import KhcnNerError

RETRY_AFTER_S = 5


class Problem(BaseModel):
    """Why a request was not answered: `error` in one line, then what it is made of."""

    error: str
    where: str
    found: str
    expected: str
    remedy: str


class RefusalError(KhcnNerError):
    """A request that is not answered, with the HTTP status that says so.

    Example:
        >>> print(RefusalError(413, "body", found="40 MB", expected="at most 32 MB", remedy="send less"))
        body: found 40 MB, expected at most 32 MB; send less
    """

    def __init__(
        self,
        status_code: int,
        where: str,
        *,
        found: str,
        expected: str,
        remedy: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(where, found=found, expected=expected, remedy=remedy)
        self.status_code = status_code
        self.headers = headers


def refused(status_code: int, error: KhcnNerError) -> RefusalError:
    """Give another error of the package a status."""
    return RefusalError(status_code, headers=None, **error.parts())


def busy(where: str, *, found: str, expected: str) -> RefusalError:
    """Refuse a request that there is no place for."""
    return RefusalError(
        status.HTTP_503_SERVICE_UNAVAILABLE,
        where,
        found=found,
        expected=expected,
        remedy=f"send it again in {RETRY_AFTER_S} seconds",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


def problem_response(refusal: RefusalError) -> JSONResponse:
    """Write a refusal as the answer to its request."""
    problem = Problem(error=str(refusal), **refusal.parts())
    headers = dict(refusal.headers) if refusal.headers is not None else None
    return JSONResponse(problem.model_dump(), status_code=refusal.status_code, headers=headers)
