"""`khcn-ner serve` as a process: where it listens, what it says, how it ends."""

import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from typer.testing import CliRunner

from khcn_ner.cli import app
from khcn_ner.errors import ConfigError, KhcnNerError
from khcn_ner.serving.app import create_app
from khcn_ner.serving.limits import Limits
from khcn_ner.serving.server import bind, is_loopback, run

TEXT = "Ngày 06/10/2021, Sở KH&CN tỉnh Hòa Bình họp giao ban.\n"


def refused(*options, **environment):
    """Give the error of a server that does not start."""
    done = CliRunner().invoke(app, ["serve", *options], env=environment)
    assert isinstance(done.exception, KhcnNerError), done.output
    return str(done.exception)


def test_it_listens_to_this_machine_alone_and_ends_when_told(serving):
    with serving() as (process, address):
        assert address.startswith("http://127.0.0.1:")
        answer = httpx2.post(f"{address}tag", json={"text": TEXT}, timeout=60)
        assert [span["text"] for span in answer.json()["spans"]] == ["Ngày 06/10/2021", "Sở KH&CN tỉnh Hòa Bình"]
        assert "server" not in answer.headers
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert errors == ""


def test_elsewhere_without_a_token_it_warns(serving):
    with serving("--host", "0.0.0.0", "--access-log") as (process, address):
        httpx2.get(f"http://127.0.0.1:{address.rsplit(':', 1)[1]}health")
        process.send_signal(signal.SIGTERM)
        said, errors = process.communicate(timeout=60)
    assert "warning: 0.0.0.0 can be reached from other machines and no token is asked for" in errors
    assert '"GET /health HTTP/1.1" 200' in said


def test_with_a_token_it_asks_for_it_and_does_not_warn(serving):
    with serving("--host", "0.0.0.0", token="0123456789abcdef") as (process, address):
        port = address.rsplit(":", 1)[1]
        assert httpx2.post(f"http://127.0.0.1:{port}tag", json={"text": TEXT}).status_code == 401
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert errors == ""


def test_requests_that_run_are_answered_before_it_ends(stub):
    listening = bind("127.0.0.1", 0)
    listening.listen()
    address = "http://{}:{}/".format(*listening.getsockname())
    limits = Limits(time_limit_s=30)
    ended = threading.Event()

    def until(condition):
        for _ in range(2000):
            if condition():
                return
            time.sleep(0.01)
        raise AssertionError("it did not come to that")

    def ask():
        with ThreadPoolExecutor(2) as threads:
            try:
                running = threads.submit(httpx2.post, f"{address}tag", json={"text": f"chờ {TEXT}"}, timeout=30)
                until(lambda: stub.batches)
                waiting = threads.submit(httpx2.post, f"{address}tag", json={"text": TEXT}, timeout=30)
                until(lambda: "khcn_ner_queue_length 1.0" in httpx2.get(f"{address}metrics", timeout=30).text)
            finally:
                signal.raise_signal(signal.SIGTERM)
            time.sleep(0.3)
            with pytest.raises(httpx2.ConnectError):
                httpx2.get(f"{address}health")
            assert not ended.is_set()
            stub.gate.set()
            return running.result(30), waiting.result(30)

    # uvicorn takes signals in the main thread alone, and raises them again for whom it found there.
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with ThreadPoolExecutor(1) as asker:
            asked = asker.submit(ask)
            run(create_app(stub, limits=limits), listening, limits=limits, access_log=False)
            ended.set()
            answers = asked.result(30)
    finally:
        signal.signal(signal.SIGTERM, before)
        listening.close()
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "found No such file or directory, expected a file with a token"),
        (b"", "found an empty token, expected a token of ASCII letters, digits and signs"),
        (b" \n", "found an empty token"),
        (b"two words", "found blanks or letters beyond ASCII"),
        ("mã".encode(), "found blanks or letters beyond ASCII"),
        (b"\xff", "found bytes that are no UTF-8"),
    ],
)
def test_a_token_that_is_none_is_refused(content, said, tmp_path):
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    assert said in refused("--token-file", str(path))


def test_an_empty_variable_is_no_way_to_leave_the_token_out():
    assert refused(KHCN_NER_TOKEN="").startswith("KHCN_NER_TOKEN: found an empty token")


def test_a_port_that_is_taken_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        message = refused("--port", str(port))
    assert message.startswith(f"--host 127.0.0.1 --port {port}: found Address already in use, expected an address")


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(ConfigError, match=r"--host 192.0.2.1 --port 0: found Cannot assign"):
        bind("192.0.2.1", 0)
    with pytest.raises(ConfigError, match=r"--host no\.such\.invalid"):
        bind("no.such.invalid", 0)


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", True), ("0.0.0.0", False), ("localhost", True)])
def test_what_only_this_machine_reaches(host, expected):
    with bind(host, 0) as listening:
        assert is_loopback(listening) is expected


def test_without_its_extra_the_command_says_what_to_install():
    code = (
        "import sys, importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'fastapi' else find(name, *more)\n"
        "from khcn_ner.cli import main; sys.argv = ['khcn-ner', 'serve']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "error: serve: found no fastapi installed, expected it; pip install 'khcn-ner[serve]'\n"
