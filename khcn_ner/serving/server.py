"""The server process: an address in, a socket bound to it out; then uvicorn until it is told to stop."""

from __future__ import annotations

import ipaddress
import logging
import socket

import uvicorn
from fastapi import FastAPI

from khcn_ner.errors import ConfigError
from khcn_ner.serving.limits import Limits

# Connections beyond these are answered 503 before a request of theirs is looked at.
_MAX_CONNECTIONS = 512


def bind(host: str, port: int) -> socket.socket:
    """Take an address and port; port 0 takes any that is free.

    Raises:
        ConfigError: there is no such address here, or its port is taken or not allowed.
    """
    where = f"--host {host} --port {port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _no_address(where, error) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise _no_address(where, error) from error
    return listening


def _no_address(where: str, error: OSError) -> ConfigError:
    return ConfigError(
        where,
        found=error.strerror or str(error),
        expected="an address of this machine with a free port",
        remedy="name another",
    )


def address_of(listening: socket.socket) -> str:
    """Give the address of a bound socket as a URL.

    Example:
        >>> with bind("127.0.0.1", 0) as listening:
        ...     address_of(listening).startswith("http://127.0.0.1:")
        True
    """
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def is_loopback(listening: socket.socket) -> bool:
    """Tell whether only this machine reaches a bound socket."""
    return ipaddress.ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback


def run(app: FastAPI, listening: socket.socket, *, limits: Limits, access_log: bool) -> None:
    """Answer requests until SIGINT or SIGTERM; those that are running then are answered first."""
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of each byte of a malformed body
    config = uvicorn.Config(
        app,
        log_level="info" if access_log else "warning",
        server_header=False,
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_graceful_shutdown=int(limits.time_limit_s) + 1,
    )
    uvicorn.Server(config).run(sockets=[listening])
