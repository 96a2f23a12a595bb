"""Load on `khcn-ner serve`: many requests at once, each answer checked, and malformed requests, each to be refused.

    python benchmarks/serve_load.py [GOLD_DIR] [--requests 1000] [--clients 32] [--malformed 100]

Starts the server as a process on a free port, with more places than clients. The requests are distinct excerpts of the
reports of GOLD_DIR (data/annotations/dev), 40 to 120 syllables each, by turns to /extract and /tag, as JSON and as
files. Each answer is compared with that for the same text tagged alone: all of it, the scores to within 0.001. Prints
errors, wrong answers, p50, p99 and requests a second; exits with 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from rich.progress import track

from khcn_ner.corpus.brat import read_folder
from khcn_ner.corpus.export import jsonl_line
from khcn_ner.records import ModelInfo, assemble, report_json
from khcn_ner.serving.intake import TextBody
from khcn_ner.tagging.tagger import Tagger

_TIMEOUT_S = 600


@dataclass(frozen=True, slots=True)
class Request:
    """A text to send, where to, and whether as a file."""

    id: str
    text: str
    route: str
    is_file: bool


def excerpts(folder: Path, n: int, *, seed: int = 0) -> list[str]:
    """Cut distinct stretches of 40 to 120 syllables out of reports."""
    draw = random.Random(seed)
    reports = [document.text for document in read_folder(folder)]
    found: dict[str, None] = {}
    while len(found) < n:
        words = draw.choice(reports).split(" ")
        length = draw.randint(40, 120)
        start = draw.randrange(max(1, len(words) - length))
        found.setdefault(" ".join(words[start : start + length]).strip() + "\n")
    return list(found)


def expected_answers(requests: list[Request]) -> Iterator[Any]:
    """Tag each text alone, in this process, and answer as the command line does."""
    tagger = Tagger.load()
    info = ModelInfo(name=tagger.manifest.name, version=tagger.manifest.version)
    for request in track(requests, "tagging alone"):
        document = tagger.tag(TextBody(text=request.text, id=request.id).read()).document
        line = jsonl_line(document) if request.route == "/tag" else report_json(assemble(document, model=info))
        yield json.loads(line)


def is_same(found: Any, expected: Any) -> bool:
    """Compare answers: all alike, but scores, which a batch may change in their last digits, and the file's name."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            key == "source" or (_near(found[key], value) if key == "score" else is_same(found[key], value))
            for key, value in expected.items()
        )
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(is_same, found, expected))
    return bool(found == expected)


def _near(found: float | None, expected: float | None) -> bool:
    return found is expected or (found is not None and expected is not None and abs(found - expected) < 1e-3)


async def load(address: str, requests: list[Request], n_clients: int) -> list[tuple[int, float, Any]]:
    """Send the requests from clients that each send one after another; give status, seconds and answer of each."""
    waiting = iter(enumerate(requests))
    answers: list[tuple[int, float, Any]] = [(0, 0.0, None)] * len(requests)

    async def client() -> None:
        async with httpx2.AsyncClient(base_url=address, timeout=_TIMEOUT_S) as http:
            for number, request in waiting:
                begun = time.perf_counter()
                try:
                    if request.is_file:
                        files = {"file": (f"{request.id}.txt", request.text.encode("utf-8"))}
                        answer = await http.post(request.route, files=files)
                    else:
                        answer = await http.post(request.route, json={"text": request.text, "id": request.id})
                except httpx2.HTTPError as error:
                    print(f"{request.id}: {error!r}")
                    continue
                answers[number] = (answer.status_code, time.perf_counter() - begun, answer.json())

    await asyncio.gather(*(client() for _ in range(n_clients)))
    return answers


Malformed = Callable[[httpx2.AsyncClient, random.Random], Awaitable[httpx2.Response]]


def malformed_kinds(max_body_bytes: int) -> dict[str, Malformed]:
    """Give the kinds of requests that no server should answer with anything but 4xx."""

    def body(media_type: str, make: Callable[[random.Random], bytes]) -> Malformed:
        return lambda http, draw: http.post("/extract", content=make(draw), headers={"Content-Type": media_type})

    def file(name: str, make: Callable[[random.Random], bytes]) -> Malformed:
        return lambda http, draw: http.post("/tag", files={"file": (name, make(draw))})

    def noise(draw: random.Random) -> bytes:
        return draw.randbytes(draw.randint(1, 5000))

    def broken(draw: random.Random) -> bytes:
        return json.dumps({"text": "Sở KH&CN"}).encode()[: draw.randint(1, 18)]

    form = "multipart/form-data"
    return {
        "JSON cut off": body("application/json", broken),
        "noise as JSON": body("application/json", noise),
        "JSON of another shape": body("application/json", lambda draw: json.dumps([draw.random()]).encode()),
        "no text": body("application/json", lambda draw: json.dumps({"id": str(draw.random())}).encode()),
        "a text that is a number": body("application/json", lambda draw: json.dumps({"text": draw.random()}).encode()),
        "another media type": body("text/plain", noise),
        "a form without a boundary": body(form, noise),
        "a form of noise": body(f"{form}; boundary=b", noise),
        "an empty file": file("a.txt", lambda _: b""),
        "noise as Word": file("a.docx", lambda draw: b"PK\x03\x04" + noise(draw)),
        "noise as PDF": file("../a.pdf", lambda draw: b"%PDF-1.7\n" + noise(draw)),
        "a format that is not read": file("a.xlsx", noise),
        "an archive": file("a.zip", lambda draw: b"PK\x03\x04" + noise(draw)),
        "a body that is too large": file("a.txt", lambda _: b"a" * (max_body_bytes + 1)),
        "a text that is too long": body("application/json", lambda _: json.dumps({"text": "a" * 300_001}).encode()),
        "no such route": lambda http, draw: http.get(f"/{draw.randrange(10**9)}"),
        "no such method": lambda http, _: http.request("DELETE", "/extract"),
        "no such format": lambda http, _: http.post("/extract?format=x", json={"text": "Sở KH&CN"}),
    }


async def send_malformed(address: str, n: int, max_body_bytes: int) -> Counter[tuple[str, int]]:
    """Send malformed requests of all kinds by turns; count statuses, 0 where there was no answer."""
    draw = random.Random(1)
    kinds = list(malformed_kinds(max_body_bytes).items())
    statuses: Counter[tuple[str, int]] = Counter()
    async with httpx2.AsyncClient(base_url=address, timeout=_TIMEOUT_S) as http:
        for number in range(n):
            name, send = kinds[number % len(kinds)]
            try:
                statuses[name, (await send(http, draw)).status_code] += 1
            except httpx2.HTTPError:
                statuses[name, 0] += 1
    return statuses


def report_load(answers: list[tuple[int, float, Any]], expected: list[Any], seconds: float) -> bool:
    """Print how the load went; tell whether all of it was right."""
    statuses = Counter(status for status, _, _ in answers)
    n_errors = len(answers) - statuses[200]
    n_wrong = sum(
        status == 200 and not is_same(answer, right)
        for (status, _, answer), right in zip(answers, expected, strict=True)
    )
    cuts = statistics.quantiles((took for _, took, _ in answers), n=100)
    print(f"{len(answers)} requests: {n_errors} errors, {n_wrong} wrong answers; statuses {dict(statuses)}")
    print(f"p50 {cuts[49]:.3f} s, p99 {cuts[98]:.3f} s, {len(answers) / seconds:.1f} requests/s")
    return n_errors == n_wrong == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path, nargs="?", default=Path("data/annotations/dev"))
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--malformed", type=int, default=100)
    parser.add_argument("--threads", type=int, help="of the server's model")
    options = parser.parse_args()
    requests = [
        Request(f"r{number}", text, "/tag" if number % 2 else "/extract", is_file=number % 4 > 1)
        for number, text in enumerate(excerpts(options.gold, options.requests))
    ]
    max_body_mb = 4
    command = [sys.executable, "-c", "from khcn_ner.cli import main; main()", "serve", "--port", "0"]
    command += [
        "--max-queue",
        str(2 * options.clients),
        "--time-limit",
        str(_TIMEOUT_S),
        "--max-body",
        str(max_body_mb),
    ]
    command += ["--threads", str(options.threads)] if options.threads is not None else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        begun = time.perf_counter()
        answers = asyncio.run(load(address, requests, options.clients))
        seconds = time.perf_counter() - begun
        statuses = asyncio.run(send_malformed(address, options.malformed, max_body_mb << 20))
        health = httpx2.get(f"{address}health", timeout=_TIMEOUT_S)
        batches = [line for line in httpx2.get(f"{address}metrics").text.splitlines() if "batch_documents_" in line]
        server.terminate()
    is_right = report_load(answers, list(expected_answers(requests)), seconds)
    print(
        "batches:",
        ", ".join(line.removeprefix("khcn_ner_batch_documents_") for line in batches if "created" not in line),
    )
    for (name, status), number in sorted(statuses.items()):
        print(f"  {status} {number:3d} {name}")
    n_refused = sum(number for (_, status), number in statuses.items() if 400 <= status < 500)
    print(f"{options.malformed} malformed requests: {n_refused} answered 4xx; afterwards /health {health.status_code}")
    sys.exit(0 if is_right and n_refused == options.malformed and health.status_code == 200 else 1)


if __name__ == "__main__":
    main()
