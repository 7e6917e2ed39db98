"""Webhooks: what a receiver gets, when, how often, and what it cannot do to a run."""

import base64
import hashlib
import hmac
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from pipeline.errors import UsageError
from pipeline.outputs import webhook as notify
from pipeline.outputs.webhook import Message, begin, delivering, due, sign, webhook
from pipeline.store import outbox, schema
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.command import ROOT, Outcome, lines, newsfold, runs
from tests.support.folded import SAMPLES
from tests.support.receiver import KEY, SECRET, receiving

ARCHIVE = SAMPLES / "archive.jsonl"


def told(output: Path, url: str, *words: str | Path, inputs: str | Path = ARCHIVE) -> Outcome:
    """`newsfold run --notify`."""
    return newsfold("run", inputs, "--output", output, "--quiet", "--notify", url, *words)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(notify.SECRET, SECRET)


def changes_of(output: Path) -> list[dict[str, Any]]:
    return [change for folder in runs(output) for change in lines(folder / "changes.jsonl")]


def test_the_signature_of_the_specification() -> None:
    """The example that the libraries of Standard Webhooks are tested with."""
    hook = webhook("https://example.org", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = sign(hook.secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_changes_come_once_signed_and_in_order(tmp_path: Path) -> None:
    with receiving() as receiver:
        for inputs in (ARCHIVE, SAMPLES):
            done = told(tmp_path, receiver.url, inputs=inputs)
            assert (done.code, done.out, done.err) == (0, "", "")
        first = len(receiver.requests)
        assert told(tmp_path, receiver.url, inputs=SAMPLES).code == 0
    assert len(receiver.requests) == first == 2, "nothing new, nothing posted"
    assert receiver.changes() == changes_of(tmp_path)
    for request in receiver.requests:
        signed = f"{request.identity}.{request.timestamp}.".encode() + request.body
        digest = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert request.signature == f"v1,{digest}"
        assert "." not in request.identity
        assert abs(time.time() - request.timestamp) < 60
        content = json.loads(request.body)
        assert (content["type"], content["data"]["first"]) == ("stories.changed", 0)
    manifests = "".join((folder / "manifest.json").read_text() for folder in runs(tmp_path))
    assert "hook" not in manifests


def test_a_refusal_is_tried_again_under_the_same_id(tmp_path: Path) -> None:
    with receiving(500, 302, 429) as receiver:
        assert told(tmp_path, receiver.url).code == 0
    assert len(receiver.requests) == 4
    assert len({request.identity for request in receiver.requests}) == 1
    assert len({request.body for request in receiver.requests}) == 1
    pauses = [after.at - before.at for before, after in zip(receiver.requests, receiver.requests[1:], strict=False)]
    assert pauses[0] > 0.2
    assert pauses[2] > 0.9
    assert receiver.changes() == changes_of(tmp_path)


def test_a_receiver_that_hangs_holds_a_run_for_seconds_and_misses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(notify, "_ATTEMPT_SECONDS", 120)
    with receiving(0) as receiver:
        done = told(tmp_path, receiver.url)
        assert not receiver.ended, "nobody waits for the end of an attempt"
    assert (done.code, done.out) == (0, "")
    assert re.fullmatch(r"\S+ ERROR webhook at 127\.0\.0\.1: no response in time; the next run .*\n", done.err)
    missed = receiver.requests[0]
    assert json.loads(newsfold("runs", "--output", tmp_path, "--json").out)["finished"]
    with receiving() as later:
        _rename(tmp_path, receiver.url, later.url)
        assert told(tmp_path, later.url, inputs=SAMPLES).code == 0
    assert later.requests[0][::3] == missed[::3], "the same id and body"
    assert later.changes() == changes_of(tmp_path)


def _rename(output: Path, before: str, after: str) -> None:
    """Makes of a receiver at another port the same one."""
    names = [notify.Webhook(url, b"").key for url in (before, after)]
    with closing(sqlite3.connect(output / "newsfold.db")) as database:
        database.execute("UPDATE store_meta SET name = replace(name, ?, ?)", names)
        database.commit()


def test_a_refusal_that_wants_a_person_does_not_hold_a_run(tmp_path: Path) -> None:
    with receiving(401) as receiver:
        done = told(tmp_path, receiver.url)
        assert done.code == 0
        assert "HTTP status 401; the next run" in done.err
        assert len(receiver.requests) == 1
        assert told(tmp_path, receiver.url, inputs=SAMPLES).code == 0
    assert receiver.changes() == changes_of(tmp_path)


def test_a_run_killed_before_it_told_is_told_by_the_next(tmp_path: Path) -> None:
    killed_at_export = (
        "import os; from pipeline.commands.main import main; from pipeline.runs import session; "
        "session.export = lambda *_: os.kill(os.getpid(), 9); main()"
    )
    with receiving() as receiver:
        killed = subprocess.run(
            [
                *(sys.executable, "-c", killed_at_export),
                *("run", ARCHIVE, "--output", tmp_path, "--notify", receiver.url),
            ],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        assert receiver.requests == []
        assert told(tmp_path, receiver.url, inputs=SAMPLES).code == 0
    assert receiver.changes() == changes_of(tmp_path)
    assert [request.data["run"] for request in receiver.requests] == [folder.name for folder in sorted(runs(tmp_path))]


def test_a_new_address_hears_of_what_comes_and_a_run_without_notify_is_made_up_for(tmp_path: Path) -> None:
    assert newsfold("run", ARCHIVE, "--output", tmp_path, "--quiet").code == 0
    with receiving() as receiver:
        assert told(tmp_path, receiver.url).code == 0
        assert receiver.requests == []
        assert newsfold("run", SAMPLES, "--output", tmp_path, "--quiet").code == 0
        assert told(tmp_path, receiver.url).code == 0
    second = [change for folder in sorted(runs(tmp_path))[2:3] for change in lines(folder / "changes.jsonl")]
    assert receiver.changes() == second != []


@pytest.mark.parametrize(
    ("words", "secret", "why"),
    [
        (["--notify", "ftp://example.org"], SECRET, "--notify: must be an address of http or https"),
        (["--notify", "example.org/hook"], SECRET, "--notify: must be an address of http or https"),
        (["--notify", "https://example.org"], "", "NEWSFOLD_NOTIFY_SECRET must hold whsec_"),
        (["--notify", "https://example.org"], "whsec_c2hvcnQ=", "24 to 64 bytes"),
        (["--notify", "https://example.org"], SECRET.removeprefix("whsec_"), "must hold whsec_"),
        (["--notify", "https://example.org", "--dry-run"], SECRET, "leave out --notify"),
    ],
)
def test_wrong_use_is_one_line_before_anything_is_read(
    words: list[str], secret: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(notify.SECRET, secret)
    for command in (["run", str(ARCHIVE)], ["stream", "https://example.org/feed"]):
        if command[0] == "stream" and "--dry-run" in words:
            continue
        done = newsfold(*command, "--output", tmp_path / "out", *words)
        assert (done.code, done.out) == (1, "")
        assert why in done.err
        assert len(done.err.splitlines()) == 1
        assert "c2hv" not in done.err
    assert not (tmp_path / "out").exists()


def test_a_secret_of_any_other_form_is_refused() -> None:
    for wrong in ("whsec_!" + SECRET[7:], "whsec_" + base64.b64encode(bytes(65)).decode(), "whsk_" + SECRET[6:]):
        with pytest.raises(UsageError):
            webhook("https://example.org", wrong)


def store_with(store_url: str, *amounts: int, size: int = 200) -> SqlStoreFactory:
    """A store with a run for each amount of changes; the last run goes on."""
    factory = SqlStoreFactory(store_url, "")
    with factory() as store:
        store.create()
        for number, amount in enumerate(amounts):
            outbox.start_run(store, f"run-{number}", 1_793_000_000 + number)
            if number == 0:
                begin(store, HOOK)
            add_changes(store, number, 0, amount, size)
    return factory


def add_changes(store: Any, run: int, first: int, amount: int, size: int) -> None:
    rows = [
        {"run": f"run-{run}", "position": place, "record": json.dumps({"at": [run, place], "pad": "x" * size}).encode()}
        for place in range(first, first + amount)
    ]
    with store.writing() as connection:
        if rows:
            connection.execute(insert(schema.changes), rows)


HOOK = notify.Webhook("http://127.0.0.1:9/", KEY)


def test_requests_are_bounded_and_nothing_is_left_out(store_url: str) -> None:
    factory = store_with(store_url, 350, 0, 3)
    found: list[Message] = []
    with factory() as store:
        while message := due(store, HOOK):
            assert due(store, HOOK) == message, "until it is accepted"
            notify._accepted(store, HOOK, message)
            found.append(message)
    places = [json.loads(change)["at"] for message in found for change in message.changes]
    assert places == [[0, place] for place in range(350)] + [[2, place] for place in range(3)]
    assert all(sum(map(len, message.changes)) <= 20_000 for message in found)
    assert len({message.identity for message in found}) == len(found) >= 4


def test_what_may_have_been_sent_is_sent_again_as_it_was_though_more_has_come(store_url: str) -> None:
    factory = store_with(store_url, 2)
    with factory() as store:
        sent = due(store, HOOK)
        add_changes(store, 0, 2, 3, 10)
        assert due(store, HOOK) == sent
        assert sent
        notify._accepted(store, HOOK, sent)
        rest = due(store, HOOK)
        assert rest
        assert (rest.first, len(rest.changes)) == (2, 3)


@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=30))
def test_one_request_holds_what_fits_and_one_change_at_least(sizes: list[int]) -> None:
    records = [b"x" * size for size in sizes]
    chosen = notify._within(records)
    assert chosen == records[: len(chosen)] != []
    assert len(chosen) == 1 or sum(map(len, chosen)) <= 20_000
    assert len(chosen) == len(records) or sum(map(len, records[: len(chosen) + 1])) > 20_000


def test_a_stream_tells_while_it_goes_on(store_url: str) -> None:
    factory = store_with(store_url, 1)
    with receiving(503) as receiver, factory() as store:
        hook = notify.Webhook(receiver.url, KEY)
        begin(store, hook)
        with delivering(factory, hook, "newsfold/test"):
            deadline = time.monotonic() + 20
            while not receiver.requests and time.monotonic() < deadline:
                time.sleep(0.05)
            assert receiver.requests, "while the block runs"
            add_changes(store, 0, 1, 5, 10)
        assert due(store, hook) is None
    assert [change["at"][1] for change in receiver.changes()] == list(range(6))


def test_the_receiver_of_the_page_takes_what_is_sent(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/notify.md").read_text(encoding="utf-8"), re.DOTALL)
    code = code.replace('("127.0.0.1", 8001), Receiver).serve_forever()', '("127.0.0.1", 0), Receiver)') + (
        "import sys\n"
    )
    head, _, server = code.rpartition("HTTPServer(")
    script = f"{head}server = HTTPServer({server}\nprint(server.server_port, flush=True)\nserver.serve_forever()\n"
    with subprocess.Popen(
        [sys.executable, "-c", script], env=os.environ | {notify.SECRET: SECRET}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as receiver:  # fmt: skip
        try:
            assert receiver.stdout
            url = f"http://127.0.0.1:{int(receiver.stdout.readline())}/"
            assert told(tmp_path, url).code == 0
        finally:
            receiver.kill()
        printed = receiver.stdout.read().splitlines()
    assert printed == [f"{one['kind']} {one['story']} {one['headline']}" for one in changes_of(tmp_path)]
