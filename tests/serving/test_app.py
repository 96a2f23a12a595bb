"""Every route and every status, with a tagger without a model; and the embedded model's answers against the CLI's."""

import asyncio
import contextlib
import json
import time

import httpx2
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from khcn_ner import cli
from khcn_ner.serving.app import create_app
from khcn_ner.serving.limits import Limits

TEXT = "Ngày 06/10/2021, Sở KH&CN Hòa Bình họp, thẩm định 12 dự án.\n"
REPORT = (
    "Ngày 06/10/2021, Sở Khoa học và Công nghệ tỉnh Hòa Bình tổ chức họp giao ban 9 tháng đầu năm 2021.\n"
    "Đồng chí Bùi Văn Thắng – Giám đốc Sở KH&CN chủ trì. Kinh phí hỗ trợ là 30.000.000 đồng.\n"
)
ROUTES = ("/extract", "/tag")


def send_file(client, data, name, *, route="/extract", **options):
    return client.post(route, files={"file": (name, data)}, **options)


def assert_problem(response, status_code, *parts):
    assert response.status_code == status_code, response.text
    problem = response.json()
    assert list(problem) == ["error", "where", "found", "expected", "remedy"]
    assert problem["error"].count("\n") == 0
    for part in parts:
        assert part in problem["error"]


def docx(text):
    import io

    import docx as python_docx

    document = python_docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def web_page(text):
    lines = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return f'<html><head><meta charset="utf-8"></head><body>{lines}</body></html>'.encode()


# What is answered


def test_a_text_gives_its_record(client):
    record = client.post("/extract", json={"text": TEXT, "id": "hb"}).json()
    assert (record["report"]["id"], record["report"]["source"]) == ("hb", None)
    assert [date["from"] for date in record["dates"]] == ["2021-10-06"]
    assert [body["mentions"][0]["text"] for body in record["organisations"]] == ["Sở KH&CN Hòa"]


def test_a_text_gives_its_spans(client):
    found = client.post("/tag", json={"text": TEXT}).json()
    assert found["id"] == "text"
    assert [found["text"][span["start"] : span["end"]] for span in found["spans"]] == [
        "06/10/2021",
        "Sở KH&CN Hòa",
        "12 dự án",
    ]
    assert all(span["text"] == found["text"][span["start"] : span["end"]] for span in found["spans"])


def test_a_file_gives_its_page(client):
    answer = send_file(client, TEXT.encode(), "a.txt", params={"format": "html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<mark class="DATE"' in answer.text
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "write"),
    [("hòa bình.txt", lambda text: text.encode()), ("hb.docx", docx), ("hb.html", web_page),
     ("hb.txt", lambda text: text.encode("utf-16")), ("HB.TXT", lambda text: text.encode())],
)  # fmt: skip
def test_a_file_gives_the_record_and_the_spans_that_the_command_line_gives(name, write, real_client, tmp_path):
    path = tmp_path / name
    path.write_bytes(write(REPORT))
    run = CliRunner().invoke(cli.app, ["extract", str(path)])
    served = send_file(real_client, path.read_bytes(), name)
    assert (served.status_code, f"{served.text}\n") == (200, run.stdout)
    assert [person["name"] for person in served.json()["people"]] == ["Bùi Văn Thắng"]
    CliRunner().invoke(cli.app, ["tag", str(path), "--format", "jsonl", "--out", str(tmp_path / "out")])
    written = (tmp_path / "out" / f"{path.stem}.jsonl").read_text(encoding="utf-8")
    assert f"{send_file(real_client, path.read_bytes(), name, route='/tag').text}\n" == written


def test_a_text_gives_the_record_of_a_file_with_that_text(real_client, tmp_path):
    path = tmp_path / "hb.txt"
    path.write_text(REPORT, encoding="utf-8")
    record = json.loads(CliRunner().invoke(cli.app, ["extract", str(path)]).stdout)
    record["report"]["source"] = None
    assert real_client.post("/extract", json={"text": REPORT, "id": "hb"}).json() == record


def test_a_text_with_a_zero_sign_is_no_utf_16(client):
    assert client.post("/tag", json={"text": "S\u0000"}).json()["text"] == "S\u0000"


def test_health_is_told(client):
    health = client.get("/health").json()
    assert health["status"] == "ok"
    assert health["model"]["name"] == "compact"
    assert health["needs_token"] is False


def test_a_closed_server_is_not_healthy(stub):
    app = create_app(stub)
    client = TestClient(app)
    with client:
        pass
    assert_problem(client.get("/health"), 503, "found a tagger that has ended")


def test_what_was_done_is_counted(client):
    client.post("/tag", json={"text": TEXT})
    send_file(client, b"", "a.xlsx")
    client.get("/nowhere/at/all")
    lines = client.get("/metrics").text.splitlines()
    for line in (
        'khcn_ner_requests_total{method="POST",route="/tag",status="200"} 1.0',
        'khcn_ner_requests_total{method="POST",route="/extract",status="415"} 1.0',
        'khcn_ner_requests_total{method="GET",route="none",status="404"} 1.0',
        'khcn_ner_request_seconds_count{route="/tag"} 1.0',
        "khcn_ner_batch_documents_count 1.0",
        "khcn_ner_documents_tagged_total 1.0",
        f"khcn_ner_pieces_tagged_total {float(len(TEXT))}",
        "khcn_ner_queue_length 0.0",
        "khcn_ner_requests_running 0.0",
    ):
        assert line in lines
    assert any(line.startswith("khcn_ner_model_info{") and 'name="compact"' in line for line in lines)


@pytest.mark.parametrize("path", ["/", "/health", "/metrics", "/openapi.json", "/nowhere"])
def test_every_answer_has_security_headers(path, client):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"].startswith("default-src 'none'; base-uri 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]


def test_the_page_names_no_other_address(client):
    page = client.get("/").text
    assert "http://" not in page and "https://" not in page and "//" not in page.replace("// ", "")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_of_documentation_that_would_fetch_scripts(path, client):
    assert_problem(client.get(path), 404, "Not Found")


# What is refused


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("status_code", "body", "media_type", "said"),
    [
        (400, b"{", "application/json", "body: found Invalid JSON"),
        (400, b"\xff", "application/json", "found Invalid JSON"),
        (400, b'{"text": "\\ud800"}', "application/json", "found Invalid JSON"),
        (400, b"", "application/json", "found Invalid JSON"),
        (400, b"x", "multipart/form-data", "Missing boundary"),
        (400, b"--c\r\nx", "multipart/form-data; boundary=b", "expected one file"),
        (415, b"x", "text/plain", "Content-Type: found text/plain, expected application/json with a text"),
        (415, b"a=b", "application/x-www-form-urlencoded", "found application/x-www-form-urlencoded"),
        (422, b"[]", "application/json", "body: found Input should be an object"),
        (422, b"{}", "application/json", "body, text: found Field required"),
        (422, b'{"text": 1}', "application/json", "body, text: found Input should be a valid string"),
        (422, b'{"text": ""}', "application/json", "body, text: found String should have at least 1 character"),
        (422, b'{"text": "a", "id": ""}', "application/json", "body, id: found String should have at least"),
        (422, b'{"text": "a", "id": "a\\nb"}', "application/json", "body, id: found String should match pattern"),
        (422, b'{"text": "a", "more": 1}', "application/json", "body, more: found Extra inputs"),
        (422, b'{"text": " \\n"}', "application/json", "text: found an empty file"),
        (422, b"--b\r\nx", "multipart/form-data; boundary=b", "found no field, expected one field 'file'"),
        (422, b"--b--\r\n", "multipart/form-data; boundary=b", "found no field, expected one field 'file'"),
        (
            422,
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            "found 'file' without a file name",
        ),
    ],
)
def test_a_wrong_body_is_refused(route, status_code, body, media_type, said, client):
    assert_problem(client.post(route, content=body, headers={"Content-Type": media_type}), status_code, said)


def test_a_body_without_a_media_type_is_refused(client):
    assert_problem(client.post("/tag", content=b"x"), 415, "Content-Type: found none")


@pytest.mark.parametrize(
    ("status_code", "data", "name", "said"),
    [
        (422, b"", "a.txt", "a.txt: found an empty file, expected a report's text; remove the file"),
        (422, b"PK\x03\x04", "a.txt", "a.txt: found a ZIP archive, expected plain text, as its name says"),
        (422, b"<html><p>x</p></html>", "a.docx", "a.docx: found a web page, expected a Word document"),
        (422, b"%PDF-1.7 broken", "a.pdf", "a.pdf: "),
        (422, b"PK\x03\x04broken", "Báo cáo.docx", "Báo cáo.docx: "),
        (422, b"", "../../../etc/passwd", "passwd: found an empty file"),
        (415, b"x", "a.xlsx", "a.xlsx: found a file ending in .xlsx, expected a report ending in .txt"),
        (415, b"PK\x03\x04", "a.zip", "a.zip: found an archive, expected one report"),
        (415, b"x", "a.t/C:\\x\u202e.exe", "x.exe: found a file ending in .exe"),
    ],
)
def test_an_unreadable_file_is_one_line_that_names_it_as_its_sender_does(status_code, data, name, said, client):
    answer = send_file(client, data, name)
    assert_problem(answer, status_code, said)
    assert "khcn-ner-" not in answer.text  # the folder that it was read in


def test_two_files_are_refused(client):
    files = [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]
    assert_problem(client.post("/tag", files=files), 422, "found 'file', 'file', expected one field 'file'")
    assert_problem(client.post("/tag", files={"other": ("a.txt", b"a")}), 422, "found 'other'")
    assert_problem(client.post("/tag", files=[("file", (f"{n}.txt", b"a")) for n in range(9)]), 400, "Too many files")


def test_a_body_that_is_too_large_is_refused_whether_it_says_its_size_or_not(client):
    assert_problem(send_file(client, b"a" * 300_000, "a.txt"), 413, "bytes, expected at most 200,000 bytes")
    assert_problem(client.post("/tag", json={"text": "a" * 200_000}), 413, "expected at most 16,096 bytes")
    chunks = (b"a" * 10_000 for _ in range(30))
    headers = {"Content-Type": "application/json"}
    assert_problem(client.post("/tag", content=chunks, headers=headers), 413, "found more than 16,096 bytes")
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    chunks = (head if n == 0 else b"a" * 10_000 for n in range(30))
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert_problem(client.post("/tag", content=chunks, headers=headers), 413, "found more than 200,000 bytes")


def test_a_text_that_is_too_long_is_refused(client):
    assert_problem(client.post("/tag", json={"text": "a" * 1001}), 413, "text: found 1,001 characters")
    assert_problem(send_file(client, b"a " * 501, "a.txt"), 413, "a.txt: found 1,002 characters")


def test_another_format_is_refused(client):
    assert_problem(client.post("/extract?format=xml", json={"text": TEXT}), 422, "query, format: found")


@pytest.mark.parametrize(("method", "path"), [("GET", "/tag"), ("PUT", "/extract"), ("POST", "/health")])
def test_another_method_is_refused(method, path, client):
    answer = client.request(method, path)
    assert_problem(answer, 405, "Method Not Allowed")
    assert answer.headers["allow"] in ("POST", "GET")


def test_a_document_that_the_model_fails_on_is_500_without_its_inside_and_the_next_is_answered(client, caplog):
    assert_problem(client.post("/tag", json={"text": "hỏng"}), 500, "server: found an error of its own")
    assert "a document that fails" in caplog.text
    assert client.post("/tag", json={"text": TEXT}).status_code == 200


# The token


@pytest.fixture
def guarded(stub):
    with TestClient(create_app(stub, token="mã-is-ascii-only"[3:])) as started:
        yield started


@pytest.mark.parametrize(("method", "path"), [("POST", "/extract"), ("POST", "/tag"), ("GET", "/metrics")])
@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", "Basic is-ascii-only", "is-ascii-only"])
def test_a_missing_or_wrong_token_is_refused(method, path, given, guarded):
    headers = {} if given is None else {"Authorization": given}
    answer = guarded.request(method, path, headers=headers)
    assert_problem(answer, 401, "Authorization: found ", "expected the server's token")
    assert answer.headers["www-authenticate"] == 'Bearer realm="khcn-ner"'


def test_the_token_is_asked_for_before_the_body_is_read(guarded):
    assert_problem(guarded.post("/tag", content=b"{", headers={"Content-Type": "application/json"}), 401)


def test_the_token_opens_and_some_routes_are_open(guarded):
    headers = {"Authorization": "Bearer is-ascii-only"}
    assert guarded.post("/tag", json={"text": TEXT}, headers=headers).status_code == 200
    assert guarded.get("/metrics", headers=headers).status_code == 200
    assert [guarded.get(path).status_code for path in ("/", "/health", "/openapi.json")] == [200] * 3
    assert guarded.get("/health").json()["needs_token"] is True
    assert 'id="token"' in guarded.get("/").text


def test_a_token_beyond_ascii_is_wrong_and_no_failure(guarded):
    headers = {"Authorization": b"Bearer \xc3\xa9"}
    assert_problem(guarded.post("/tag", json={"text": TEXT}, headers=headers), 401)


# Time, places and batches


def run(app, ask):
    """Run requests at once against an app in this process."""

    async def main():
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://test", timeout=30) as client:
                return await ask(client)

    return asyncio.run(main())


async def until(condition):
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to that")


def test_a_request_whose_time_is_over_gets_504_and_frees_its_place(stub):
    app = create_app(stub, limits=Limits(time_limit_s=0.3, max_requests=2))

    async def ask(client):
        busy, waiting = await asyncio.gather(
            client.post("/tag", json={"text": "chờ"}), client.post("/tag", json={"text": TEXT})
        )
        waits = "khcn_ner_queue_length 0.0" in (await client.get("/metrics")).text
        stub.gate.set()
        return busy, waiting, waits, await client.post("/tag", json={"text": TEXT})

    busy, waiting, waits, after = run(app, ask)
    assert_problem(busy, 504, "server: found no answer after 0.3 seconds")
    assert waiting.status_code in (200, 504)  # it may have come before the other
    assert waits
    assert after.status_code == 200


def test_a_body_that_takes_too_long_gets_408(stub):
    async def slowly():
        yield b'{"text": '
        await asyncio.sleep(5)
        yield b'"a"}'

    async def ask(client):
        return await client.post("/tag", content=slowly(), headers={"Content-Type": "application/json"})

    answer = run(create_app(stub, limits=Limits(time_limit_s=0.2)), ask)
    assert_problem(answer, 408, "server: found a body that was not whole after 0.2 seconds")


def test_a_full_server_gets_503_and_says_when_to_come_again(stub):
    app = create_app(stub, limits=Limits(max_requests=3))

    async def ask(client):
        running = [asyncio.create_task(client.post("/tag", json={"text": f"chờ {n}"})) for n in range(3)]
        await until(lambda: len(stub.batches) > 0)
        refused = await client.post("/tag", json={"text": TEXT})
        health = await client.get("/health")
        stub.gate.set()
        return refused, health, await asyncio.gather(*running)

    refused, health, running = run(app, ask)
    assert_problem(refused, 503, "server: found 3 requests in work, expected fewer than 3; send it again in 5 seconds")
    assert refused.headers["retry-after"] == "5"
    assert health.status_code == 200
    assert [answer.json()["text"] for answer in running] == ["chờ 0", "chờ 1", "chờ 2"]


def test_a_sender_that_goes_frees_its_place(stub):
    app = create_app(stub, limits=Limits(max_requests=1))

    async def ask(client):
        leaving = asyncio.create_task(client.post("/tag", json={"text": "chờ"}))
        gone = asyncio.Event()
        sent = []

        async def receive():
            if not sent:
                sent.append(True)
                return {"type": "http.request", "body": json.dumps({"text": TEXT}).encode(), "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        await until(lambda: len(stub.batches) > 0)
        leaving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await leaving
        scope = {"type": "http", "method": "POST", "path": "/tag", "raw_path": b"/tag", "query_string": b"",
                 "headers": [(b"content-type", b"application/json")], "http_version": "1.1", "scheme": "http",
                 "server": ("test", 80), "client": ("test", 1), "root_path": "", "asgi": {"version": "3.0"},
                 "state": {}}  # fmt: skip
        second = asyncio.create_task(app(scope, receive, send))
        await asyncio.sleep(0.1)
        assert len(sent) == 1  # it waits behind the first
        gone.set()
        await second
        stub.gate.set()
        return sent[1]["status"], await client.post("/tag", json={"text": TEXT})

    status_code, after = run(app, ask)
    assert status_code == 499
    assert after.status_code == 200


def test_requests_at_once_are_batched_and_get_their_own_answers(stub):
    app = create_app(stub)

    async def ask(client):
        texts = ["chờ", *(f"Ngày {n}/2/2021, Sở KH&CN họp." for n in range(30)), "hỏng"]
        asked = [asyncio.create_task(client.post("/tag", json={"text": text})) for text in texts]
        await until(lambda: len(stub.batches) > 0)
        await asyncio.sleep(0.2)
        stub.gate.set()
        return texts, await asyncio.gather(*asked)

    texts, answers = run(app, ask)
    assert [answer.status_code for answer in answers] == [200] * 31 + [500]
    assert [answer.json()["text"] for answer in answers[:31]] == texts[:31]
    assert max(map(len, stub.batches)) > 1


def test_a_slow_file_does_not_keep_texts_waiting(stub, monkeypatch):
    import threading

    from khcn_ner.errors import InputError
    from khcn_ner.serving import intake

    started, ended = threading.Event(), threading.Event()

    def slow(path, **_):
        started.set()
        assert ended.wait(20)
        raise InputError(str(path), found="nothing", expected="x", remedy="y")

    monkeypatch.setattr(intake, "read_report", slow)

    async def ask(client):
        file = asyncio.create_task(client.post("/tag", files={"file": ("a.pdf", b"x")}))
        await until(started.is_set)
        begun = time.monotonic()
        text = await client.post("/tag", json={"text": TEXT})
        took = time.monotonic() - begun
        ended.set()
        return text, took, await file

    text, took, file = run(create_app(stub), ask)
    assert text.status_code == 200 and took < 5
    assert_problem(file, 422, "a.pdf: found nothing")


def test_a_file_that_was_given_up_is_not_read(stub, monkeypatch):
    import threading

    from khcn_ner.serving import intake

    ended, read = threading.Event(), []

    def slow(path, **_):
        read.append(path)
        assert ended.wait(20)
        raise AssertionError

    monkeypatch.setattr(intake, "read_report", slow)

    async def ask(client):
        answers = await asyncio.gather(
            *(client.post("/tag", files={"file": (f"{n}.pdf", b"x" * 3_000_000)}) for n in range(3))
        )
        ended.set()
        return answers

    answers = run(create_app(stub, limits=Limits(time_limit_s=1)), ask)
    assert [answer.status_code for answer in answers] == [504] * 3
    assert len(read) == 1
