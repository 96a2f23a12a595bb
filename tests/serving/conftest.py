"""A tagger without a model, apps around it and around the embedded model, and the server as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))

from stub_tagger import StubTagger

from khcn_ner.serving.app import create_app
from khcn_ner.serving.limits import Limits
from khcn_ner.tagging.tagger import Tagger


@pytest.fixture
def stub():
    tagger = StubTagger()
    yield tagger
    tagger.gate.set()


@pytest.fixture(scope="session")
def tagger():
    return Tagger.load(threads=1)


@pytest.fixture
def client(stub):
    """A client of a server with small limits."""
    limits = Limits(max_body_bytes=200_000, max_characters=1000, time_limit_s=60, max_requests=8)
    with TestClient(create_app(stub, limits=limits)) as started:
        yield started


@pytest.fixture(scope="session")
def real_client(tagger):
    """A client of a server with the embedded model."""
    with TestClient(create_app(tagger)) as started:
        yield started


@contextmanager
def _serving(*options, token=None):
    environment = {**os.environ} | ({"KHCN_NER_TOKEN": token} if token is not None else {})
    command = [sys.executable, "-c", "from khcn_ner.cli import main; main()", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    )
    try:
        said = process.stdout.readline()
        assert said.startswith("serving "), process.stderr.read()
        yield process, said.split()[-1]
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def serving():
    """Give the way to start `khcn-ner serve`: a context of its process and its address."""
    return _serving
