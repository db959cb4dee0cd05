"""The platform's side: helpers are reused, replaced, never trusted, never left behind."""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from documents import extraction
from documents.demo_files import pages
from documents.demo_files.blocks import blocks_of
from documents.extraction import (
    DEFAULT_LIMITS,
    Extraction,
    ExtractionPool,
    HelperUnavailable,
    PageText,
    Problem,
    State,
    wire,
    with_ocr,
)
from documents.extraction import pool as pool_module

ROOT = Path(__file__).resolve().parents[3]


def helper_of(pool):
    """Process id of the only helper of an idle pool."""
    helper = pool._slots.get()
    pool._slots.put(helper)
    return None if helper is None else helper._process.pid


@pytest.fixture
def note(save):
    return save("Arrêté".encode())


def test_a_helper_serves_many_files(pool, note):
    pool.extract(note, "text/plain")
    first = helper_of(pool)
    pool.extract(note, "text/plain")

    assert helper_of(pool) == first


def test_a_helper_is_replaced_after_its_share(note):
    with ExtractionPool(files_per_helper=2) as pool:
        pool.extract(note, "text/plain")
        assert helper_of(pool) is not None
        pool.extract(note, "text/plain")
        assert helper_of(pool) is None
        assert pool.extract(note, "text/plain").state is State.INDEXED


def test_a_helper_killed_between_two_files_is_replaced_unseen(note):
    with ExtractionPool() as pool:
        pool.extract(note, "text/plain")
        os.kill(helper_of(pool), signal.SIGKILL)

        assert pool.extract(note, "text/plain").state is State.INDEXED


def test_an_idle_helper_leaves_by_itself(note):
    with ExtractionPool(idle_seconds=0.05) as pool:
        pool.extract(note, "text/plain")
        helper = pool._slots.get()
        assert helper._process.wait(timeout=20) == 0
        pool._slots.put(helper)

        assert pool.extract(note, "text/plain").state is State.INDEXED


def test_a_helper_that_hangs_is_killed_when_its_time_is_over(save):
    long = pages.pdf(blocks_of("Voirie communale\n" * 4000))
    limits = replace(DEFAULT_LIMITS, wall_seconds=0.001)

    with ExtractionPool() as pool:
        found = pool.extract(save(long), "application/pdf", limits)
        assert helper_of(pool) is None

    assert found.state in {State.FAILED, State.PARTIAL}
    assert "trop de temps" in found.reason


def test_a_helper_killed_at_work_costs_only_its_file(save):
    scan = pages.scanned_pdf(pages.sheets(pages.pdf(blocks_of("Voirie\n" * 30))) * 8)
    with ExtractionPool() as pool:
        pool.extract(save(b"x"), "text/plain")
        helper = helper_of(pool)
        timer = threading.Timer(0.3, os.kill, (helper, signal.SIGKILL))
        timer.start()
        found = pool.ocr_pages(save(scan), "application/pdf")
        timer.join()

        assert found.reason == "La lecture de ce fichier a échoué."
        assert found.retryable
        assert pool.extract(save(b"Suivant"), "text/plain").state is State.INDEXED


def test_nothing_of_ours_is_in_the_environment_of_a_helper(monkeypatch, note):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    with ExtractionPool() as pool:
        pool.extract(note, "text/plain")
        environment = Path(f"/proc/{helper_of(pool)}/environ").read_bytes()
        descriptors = list(Path(f"/proc/{helper_of(pool)}/fd").iterdir())

    assert b"secret" not in environment
    assert b"HOME=/nonexistent" in environment
    assert len(descriptors) < 10


def test_two_helpers_work_at_once(note):
    with ExtractionPool(size=2) as pool, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: pool.extract(note, "text/plain"), range(40)))

    assert {page.text for result in found for page in result.pages} == {"Arrêté"}


def test_a_closed_pool_refuses(note):
    pool = ExtractionPool()
    pool.close()
    pool.close()

    with pytest.raises(HelperUnavailable):
        pool.extract(note, "text/plain")


def test_closing_leaves_no_process(note):
    with ExtractionPool() as pool:
        pool.extract(note, "text/plain")
        helper = helper_of(pool)

    assert not Path(f"/proc/{helper}").exists()


def test_a_missing_interpreter_is_a_defect_of_the_installation(monkeypatch, note):
    monkeypatch.setattr(pool_module, "_START", "import sys; sys.exit('{root}')")

    with ExtractionPool() as pool, pytest.raises(HelperUnavailable):
        pool.extract(note, "text/plain")


def test_a_forked_worker_makes_its_own_helper(note):
    """As a Celery child does: in a process of its own, so that this one is not forked."""
    program = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from documents import extraction
def helper():
    pool = extraction.shared_pool()
    slot = pool._slots.get(); pool._slots.put(slot)
    return slot._process.pid
assert extraction.extract({str(note)!r}, "text/plain").pages
mine = helper()
child = os.fork()
if child == 0:
    ok = extraction.extract({str(note)!r}, "text/plain").pages and helper() != mine
    extraction.close_shared_pool()
    os._exit(0 if ok else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert extraction.extract({str(note)!r}, "text/plain").pages and helper() == mine
print(mine)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stderr == ""
    assert not Path(f"/proc/{done.stdout.strip()}").exists()


def test_the_shared_pool_is_made_again_after_it_was_closed(note):
    assert extraction.extract(note, "text/plain").state is State.INDEXED
    extraction.close_shared_pool()

    assert extraction.extract(note, "text/plain").state is State.INDEXED
    extraction.close_shared_pool()


def test_a_recognised_page_replaces_its_stamp_and_the_others_stay():
    text = Extraction(
        pages=(PageText(1, "tampon"), PageText(2, "né numérique")),
        needs_ocr_pages=(1, 3),
        problems=(Problem("truncated", "Ce fichier est tronqué."),),
        partial=True,
        page_count=3,
    )
    ocr = Extraction(pages=(PageText(1, "acte et tampon"),), page_count=3)

    joined = with_ocr(text, ocr)

    assert [page.text for page in joined.pages] == ["acte et tampon", "né numérique"]
    assert joined.state is State.PARTIAL
    assert joined.needs_ocr_pages == ()
    assert joined.reason == "Ce fichier est tronqué."


def test_each_state_has_its_french_words():
    assert [state.label for state in State] == [
        "en attente",
        "indexé",
        "indexé partiellement",
        "sans texte",
        "échec",
    ]


@pytest.mark.parametrize(
    "said",
    [
        b"\xff\xff\xff\xff\x00\x00\x00\x00",
        struct.pack("!II", 3, 0) + b"[1]",
        struct.pack("!II", 5, 0) + b"{nope",
        struct.pack("!II", 9000, 0) + b"[" * 9000,
    ],
    ids=["endless", "not an object", "not json", "deep"],
)
def test_a_helper_that_babbles_is_not_believed(said):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises((wire.Garbled, wire.Closed)):
            wire.receive(ours)


@pytest.mark.parametrize(
    "frame",
    [
        {"kind": "page", "number": 1, "text": 12},
        {"kind": "page", "number": 1, "text": "x" * 2000},
        {"kind": "open the door"},
    ],
)
def test_a_helper_taken_over_cannot_send_more_than_text(frame):
    answer = pool_module._Answer(replace(DEFAULT_LIMITS, max_text_chars=1000))

    with pytest.raises(wire.Garbled):
        answer.take(frame, b"")


def test_reasons_are_ours_and_never_the_helpers():
    answer = pool_module._Answer(DEFAULT_LIMITS)
    answer.take({"kind": "problem", "code": "<b>payez ici</b>"}, b"")
    answer.take({"kind": "problem", "code": "too_many_pages", "cap": "{0.__class__}"}, b"")

    assert "payez" not in json.dumps([p.message_fr for p in answer.problems])
    assert {p.message_fr for p in answer.problems} == {"La lecture de ce fichier a échoué."}
