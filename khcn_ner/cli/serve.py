"""khcn-ner serve: records and spans over HTTP, and a page to drop a report on."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from khcn_ner.cli.console import errors
from khcn_ner.cli.reports import Model
from khcn_ner.errors import ConfigError

TOKEN_VARIABLE = "KHCN_NER_TOKEN"


def serve(
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen; by default to this machine alone.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")] = 8000,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"Ask for the bearer token in this file; else for that of {TOKEN_VARIABLE}, if it is set.",
        ),
    ] = None,
    model: Model = None,
    max_body: Annotated[int, typer.Option(metavar="MB", min=1, max=256, help="The largest body taken.")] = 32,
    max_characters: Annotated[
        int, typer.Option(metavar="N", min=1000, help="The longest text taken; a page has about 3,000 characters.")
    ] = 300_000,
    time_limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help="Give a request up that takes longer.")
    ] = 120.0,
    max_queue: Annotated[int, typer.Option(metavar="N", min=1, help="Requests taken at once; others get 503.")] = 64,
    threads: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Threads of the model; one a core if left out.")
    ] = None,
    access_log: Annotated[bool, typer.Option("--access-log", help="Print a line a request.")] = False,
) -> None:
    """Serve records and spans over HTTP: POST /extract and /tag, a page at /, /health, /metrics, /openapi.json."""
    for module in ("fastapi", "uvicorn", "prometheus_client", "python_multipart"):
        if find_spec(module) is None:
            raise ConfigError(
                "serve", found=f"no {module} installed", expected="it", remedy="pip install 'khcn-ner[serve]'"
            )
    from khcn_ner.serving.app import create_app
    from khcn_ner.serving.limits import Limits
    from khcn_ner.serving.server import address_of, bind, is_loopback, run
    from khcn_ner.tagging.tagger import Tagger

    token = _token(token_file)
    limits = Limits(
        max_body_bytes=max_body << 20,
        max_characters=max_characters,
        time_limit_s=time_limit,
        max_requests=max_queue,
    )
    with bind(host, port) as listening:
        tagger = Tagger.load(model, threads=threads)
        app = create_app(tagger, limits=limits, token=token)
        if token is None and not is_loopback(listening):
            errors.print(
                f"warning: {host} can be reached from other machines and no token is asked for; anyone there can send "
                f"reports. Give --token-file or {TOKEN_VARIABLE}, and encrypt: docs/serving.md"
            )
        manifest = tagger.manifest
        listening.listen()  # whoever reads the next line may connect
        print(f"serving {manifest.name} {manifest.version} at {address_of(listening)}", flush=True)
        run(app, listening, limits=limits, access_log=access_log)


def _token(path: Path | None) -> str | None:
    """Read the token of a file, or of the environment.

    Raises:
        ConfigError: the file can't be read, or the token is empty or not one word of ASCII.
    """
    where = str(path) if path is not None else TOKEN_VARIABLE
    try:
        token = path.read_text(encoding="utf-8").strip() if path is not None else os.environ.get(TOKEN_VARIABLE)
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) else "bytes that are no UTF-8"
        raise ConfigError(
            where, found=str(found), expected="a file with a token", remedy="name another file"
        ) from error
    if token is not None and not (token.isascii() and token.isprintable() and token and " " not in token):
        raise ConfigError(
            where,
            found="an empty token" if not token else "blanks or letters beyond ASCII",
            expected="a token of ASCII letters, digits and signs",
            remedy="write one, such as that of: openssl rand -hex 32",
        )
    return token
