"""The platform's side: helper processes that read files, watched from outside.

A helper serves many files and is replaced after `files_per_helper`, after a file that made it
swell, or when it dies. Whatever a file does to it, the caller gets an `Extraction` with a reason;
only a defect of the platform itself (no helper can start) raises `HelperUnavailable`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import re
import socket
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

from documents.extraction import wire
from documents.extraction.problems import problem
from documents.extraction.results import (
    DEFAULT_LIMITS,
    MB,
    Extraction,
    Limits,
    PageText,
    Problem,
)

_ROOT = Path(__file__).resolve().parents[2]
_START = (
    "import sys; sys.path.insert(0, {root!r}); from documents.extraction.child import run; run()"
)
_START_SECONDS = 30.0
# Memory in use after a file, beyond which a fresh helper is cheaper than keeping this one.
_SWOLLEN = 400 * MB
# Never sent by an honest reader; PostgreSQL refuses the first and UTF-8 the surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CPU_SIGNALS = {-24}  # SIGXCPU


class HelperUnavailable(RuntimeError):
    """No helper could be started: a defect of the installation, not of the file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn by a helper; sizes in points. `sheet`: a sheet of paper, straightened."""

    media_type: str
    data: bytes
    width: int
    height: int
    sheet: bool = False


@dataclass(slots=True)
class _Answer:
    """Frames of one request, as they come."""

    limits: Limits
    pages: dict[int, str] = field(default_factory=dict)
    ocr: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    partial: bool = False
    page_count: int = 0
    picture: Picture | None = None
    name: str | None = None
    into: IO[bytes] | None = None
    _characters: int = 0

    def take(self, frame: wire.Message, blob: bytes) -> None:
        match frame.get("kind"):
            case "count":
                self.page_count = _natural(frame.get("pages"))
            case "page":
                self._take_page(_natural(frame.get("number")), frame.get("text"))
            case "ocr":
                if len(self.ocr) < self.limits.max_pages:
                    self.ocr.append(_natural(frame.get("number")))
            case "problem":
                self.fail(str(frame.get("code")), frame)
                # A fatal reason after some pages were read means that others are missing.
                self.partial |= bool(frame.get("partial") or frame.get("fatal"))
            case "name" if self.into is not None and isinstance(frame.get("text"), str):
                self.name = _FORBIDDEN.sub("", str(frame["text"]))[:1000]
            case "blob" if self.into is not None:
                # What was taken out of a file is never larger than the file.
                if self.into.tell() + len(blob) > self.limits.max_bytes:
                    raise wire.Garbled
                self.into.write(blob)
            case "blob":
                self.picture = Picture(
                    str(frame.get("media_type")),
                    blob,
                    _natural(frame.get("width")),
                    _natural(frame.get("height")),
                    sheet=bool(_natural(frame.get("sheet"))),
                )
            case _:
                raise wire.Garbled

    def fail(self, code: str, details: wire.Message | None = None) -> None:
        if len(self.problems) < 20:
            self.problems.append(problem(code, details))

    def _take_page(self, number: int, text: object) -> None:
        if not isinstance(text, str) or len(self.pages) >= self.limits.max_pages:
            raise wire.Garbled
        self._characters += len(text)
        if self._characters > self.limits.max_text_chars:
            raise wire.Garbled
        cleaned = unicodedata.normalize("NFC", _FORBIDDEN.sub("", text))
        if cleaned.strip():
            self.pages[number] = cleaned

    def extraction(self) -> Extraction:
        pages = tuple(PageText(number, self.pages[number]) for number in sorted(self.pages))
        return Extraction(
            pages=pages,
            needs_ocr_pages=tuple(sorted(set(self.ocr))),
            problems=tuple(self.problems),
            partial=self.partial,
            page_count=max(self.page_count, len(pages)),
        )


class _Helper:
    """One helper process and the socket to it."""

    def __init__(self, *, memory: int, idle_seconds: float) -> None:
        ours, theirs = socket.socketpair()
        arguments = [theirs.fileno(), os.getpid(), memory, idle_seconds]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-I", "-B", "-c", _START.format(root=str(_ROOT))]
                + [str(argument) for argument in arguments],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Nothing of ours: no key, no address of the database, no home.
                env={
                    "HOME": "/nonexistent",
                    "LANG": "C.UTF-8",
                    "PATH": "/nonexistent",
                    "OMP_THREAD_LIMIT": "1",
                    "MALLOC_ARENA_MAX": "2",
                },
                cwd="/",
            )
        finally:
            theirs.close()
        self._channel = ours
        self.files = 0
        self.spent = False
        try:
            self._expect("ready", time.monotonic() + _START_SECONDS)
        except (wire.Closed, wire.TooSlow, wire.Garbled) as error:
            self.kill()
            raise HelperUnavailable("the extraction helper did not start") from error

    def begin(self, message: wire.Message, file: int) -> None:
        """Hand a file over; `wire.Closed` when the helper had already left."""
        wire.send(self._channel, message, fd=file)
        self._expect("started", time.monotonic() + _START_SECONDS)
        self.files += 1

    def frames(self, deadline: float) -> Iterator[tuple[wire.Message, bytes]]:
        """What it says of the file, until it is done."""
        while True:
            frame, blob = wire.receive(self._channel, deadline=deadline)
            if frame.get("kind") == "done":
                self.spent = _natural(frame.get("memory")) > _SWOLLEN
                return
            yield frame, blob

    def _expect(self, kind: str, deadline: float) -> None:
        frame, _blob = wire.receive(self._channel, deadline=deadline)
        if frame.get("kind") != kind:
            raise wire.Garbled

    def kill(self) -> int:
        """End it now; returns its exit status (negative: the signal that ended it)."""
        self._channel.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        return self._process.wait()

    def status(self) -> int:
        """Exit status of a helper that closed its socket: it is ending, or it is lying."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        return self.kill() if self._process.returncode is None else self._process.returncode

    def forget(self) -> None:
        """In a forked process: drop the socket, leave the helper to its owner."""
        self._channel.close()
        self._process.returncode = 0  # not our child: no wait, no warning


class ExtractionPool:
    """Up to `size` helpers, started when first needed; safe to share between threads.

    `memory` is the address space of one helper in bytes, its libraries included (20 MB for plain
    text, 340 MB once Office files and OCR were read, of which 10 to 95 MB are really used). A
    helper that nobody calls for `idle_seconds` leaves by itself and frees them.
    """

    def __init__(
        self,
        *,
        size: int = 1,
        files_per_helper: int = 200,
        memory: int = 1536 * MB,
        idle_seconds: float = 120,
    ) -> None:
        if size < 1 or files_per_helper < 1:
            raise ValueError("a pool needs at least one helper and one file")
        self._files_per_helper = files_per_helper
        self._memory = memory
        self._idle_seconds = idle_seconds
        self._slots: queue.LifoQueue[_Helper | None] = queue.LifoQueue()
        self._size = size
        self._closed = False
        for _ in range(size):
            self._slots.put(None)

    def __enter__(self) -> ExtractionPool:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End every helper. Waits for those at work on a file."""
        if self._closed:
            return
        self._closed = True
        for _ in range(self._size):
            helper = self._slots.get()
            if helper is not None:
                helper.kill()

    def forget(self) -> None:
        """In a forked process: let go of the helpers of the parent without touching them."""
        self._closed = True
        while not self._slots.empty():
            helper = self._slots.get_nowait()
            if helper is not None:
                helper.forget()

    def extract(
        self,
        path: str | os.PathLike[str],
        media_type: str,
        limits: Limits = DEFAULT_LIMITS,
        *,
        ocr: bool = False,
    ) -> Extraction:
        """Text of the file at `path`, of the type that `sniff` found.

        With `ocr`, the pages that need it are recognised in the same call (slow: 1 to 2 s each).
        """
        answer = self._ask("text", path, media_type, limits, wall=limits.wall_seconds)
        extraction = answer.extraction()
        if ocr and extraction.needs_ocr_pages:
            read = self.ocr_pages(path, media_type, extraction.needs_ocr_pages, limits)
            return with_ocr(extraction, read)
        return extraction

    def ocr_pages(
        self,
        path: str | os.PathLike[str],
        media_type: str,
        pages: Iterable[int] = (),
        limits: Limits = DEFAULT_LIMITS,
    ) -> Extraction:
        """Words recognised on `pages` (from 1; none given: all). `with_ocr` joins both results."""
        wanted = tuple(pages)
        count = min(len(wanted) or limits.max_ocr_pages, limits.max_ocr_pages)
        wall = min(limits.ocr_wall_seconds, limits.wall_seconds + count * limits.ocr_page_seconds)
        answer = self._ask("ocr", path, media_type, limits, pages=wanted, wall=wall)
        return replace(answer.extraction(), needs_ocr_pages=())

    def codes(
        self, path: str | os.PathLike[str], media_type: str, limits: Limits = DEFAULT_LIMITS
    ) -> Extraction:
        """What the square codes of each page say: the "text" of a page is its codes, one a line."""
        return self._ask(
            "codes", path, media_type, limits, wall=limits.ocr_wall_seconds
        ).extraction()

    def looks(
        self, path: str | os.PathLike[str], media_type: str, limits: Limits = DEFAULT_LIMITS
    ) -> Extraction:
        """What each page looks like, coarsely: the "text" of a page is its greys in hexadecimal."""
        return self._ask("looks", path, media_type, limits, wall=limits.wall_seconds).extraction()

    def html(
        self, path: str | os.PathLike[str], media_type: str, limits: Limits = DEFAULT_LIMITS
    ) -> Extraction:
        """A written text (`HTML_TYPES`) as HTML, in one page. It comes from a stranger's file:
        whoever shows it cleans it."""
        return self._ask("html", path, media_type, limits, wall=limits.wall_seconds).extraction()

    def picture(
        self,
        path: str | os.PathLike[str],
        media_type: str,
        *,
        side: int,
        page: int = 1,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Picture | None:
        """An image, or a page of a PDF, drawn again no larger than `side`; None if it cannot."""
        options = {"side": side, "page": page}
        wall = limits.wall_seconds
        return self._ask("picture", path, media_type, limits, wall=wall, options=options).picture

    def page_of_photo(
        self,
        path: str | os.PathLike[str],
        media_type: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Picture | Problem:
        """A photograph as a page: the sheet straightened and evenly lit, or the picture kept whole,
        turned the right way up, with nothing of the original but its points."""
        wall = limits.wall_seconds + limits.ocr_page_seconds
        answer = self._ask("sheet", path, media_type, limits, wall=wall)
        if answer.picture is not None:
            return answer.picture
        return answer.problems[-1] if answer.problems else problem("crashed")

    def attached(
        self,
        path: str | os.PathLike[str],
        media_type: str,
        rank: int,
        *,
        into: IO[bytes],
        limits: Limits = DEFAULT_LIMITS,
    ) -> str | Problem:
        """Write the file `rank` (from 1) attached to a message (`MAIL_TYPES`), part by part, and
        return the name that the message gives it ("" for none); or why there is nothing whole."""
        options, wall = {"rank": rank}, limits.wall_seconds
        answer = self._ask(
            "attached", path, media_type, limits, wall=wall, options=options, into=into
        )
        if answer.problems:
            return answer.problems[-1]
        return problem("crashed") if answer.name is None else answer.name

    def _ask(
        self,
        verb: str,
        path: str | os.PathLike[str],
        media_type: str,
        limits: Limits,
        *,
        wall: float,
        pages: tuple[int, ...] = (),
        options: dict[str, int] | None = None,
        into: IO[bytes] | None = None,
    ) -> _Answer:
        answer = _Answer(limits, into=into)
        message: wire.Message = {
            "verb": verb,
            "media_type": media_type,
            "pages": pages,
            "limits": asdict(limits),
            "options": options or {},
        }
        try:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            answer.fail("missing")
            return answer
        try:
            with self._helper_for(message, file) as helper:
                self._collect(helper, answer, time.monotonic() + wall)
        finally:
            os.close(file)
        return answer

    @contextlib.contextmanager
    def _helper_for(self, message: wire.Message, file: int) -> Iterator[_Helper]:
        """A helper that has accepted the file, given back to the pool afterwards."""
        if self._closed:
            raise HelperUnavailable("the pool is closed")
        helper = self._slots.get()
        keep: _Helper | None = None
        try:
            helper = self._accepting(helper, message, file)
            yield helper
            if helper.spent or helper.files >= self._files_per_helper:
                helper.kill()
            else:
                keep = helper
        except BaseException:
            if helper is not None:
                helper.kill()
            raise
        finally:
            self._slots.put(keep)

    def _accepting(self, helper: _Helper | None, message: wire.Message, file: int) -> _Helper:
        """Hand over to this helper, or to a fresh one if it left while it was idle."""
        if helper is not None:
            try:
                helper.begin(message, file)
            except (wire.Closed, wire.TooSlow, wire.Garbled):
                helper.kill()
            else:
                return helper
        fresh = _Helper(memory=self._memory, idle_seconds=self._idle_seconds)
        try:
            fresh.begin(message, file)
        except (wire.Closed, wire.TooSlow, wire.Garbled) as error:
            fresh.kill()
            raise HelperUnavailable("the extraction helper refused the request") from error
        return fresh

    def _collect(self, helper: _Helper, answer: _Answer, deadline: float) -> None:
        """Take everything said; a helper that dies, hangs or babbles is ended with a reason.

        The pages already received are kept: a document stopped half-way is partly indexed.
        """
        try:
            for frame, blob in helper.frames(deadline):
                answer.take(frame, blob)
        except wire.TooSlow:
            helper.kill()
            answer.fail("too_slow")
        except wire.Closed:
            status = helper.status()
            answer.fail("too_slow" if status in _CPU_SIGNALS else "crashed")
        except (wire.Garbled, RecursionError):
            helper.kill()
            answer.fail("crashed")
        else:
            return
        answer.partial = True
        helper.spent = True


def with_ocr(text: Extraction, ocr: Extraction) -> Extraction:
    """Join a reading and its OCR: recognised pages replace the stamp that they may have carried.

    Pages that OCR could not read keep what text they had, and the reasons of both are kept.
    """
    pages = {page.number: page for page in text.pages} | {page.number: page for page in ocr.pages}
    return Extraction(
        pages=tuple(pages[number] for number in sorted(pages)),
        problems=text.problems + tuple(p for p in ocr.problems if p not in text.problems),
        partial=text.partial or ocr.partial,
        page_count=max(text.page_count, ocr.page_count),
    )


_shared: ExtractionPool | None = None
_shared_owner = 0
_shared_lock = threading.Lock()


def shared_pool() -> ExtractionPool:
    """The pool of this process, one helper, made on first use and closed at exit.

    After a fork (a Celery child) the new process makes its own.
    """
    global _shared, _shared_owner  # noqa: PLW0603 - one per process is the point
    with _shared_lock:
        if _shared is not None and _shared_owner != os.getpid():
            _shared.forget()
            _shared = None
        if _shared is None:
            _shared, _shared_owner = ExtractionPool(), os.getpid()
        return _shared


def close_shared_pool() -> None:
    """End the helper of this process, if it has one."""
    global _shared  # noqa: PLW0603
    with _shared_lock:
        if _shared is not None and _shared_owner == os.getpid():
            _shared.close()
        _shared = None


def _renew_lock() -> None:
    # The lock may have been held by another thread at the very moment of the fork.
    global _shared_lock  # noqa: PLW0603
    _shared_lock = threading.Lock()


atexit.register(close_shared_pool)
os.register_at_fork(after_in_child=_renew_lock)


def extract(
    path: str | os.PathLike[str],
    media_type: str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    ocr: bool = False,
) -> Extraction:
    """`ExtractionPool.extract` with the pool of this process."""
    return shared_pool().extract(path, media_type, limits, ocr=ocr)


def ocr_pages(
    path: str | os.PathLike[str],
    media_type: str,
    pages: Iterable[int] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Extraction:
    """`ExtractionPool.ocr_pages` with the pool of this process."""
    return shared_pool().ocr_pages(path, media_type, pages, limits)


def read_codes(
    path: str | os.PathLike[str], media_type: str, limits: Limits = DEFAULT_LIMITS
) -> Extraction:
    """`ExtractionPool.codes` with the pool of this process."""
    return shared_pool().codes(path, media_type, limits)


def read_looks(
    path: str | os.PathLike[str], media_type: str, limits: Limits = DEFAULT_LIMITS
) -> Extraction:
    """`ExtractionPool.looks` with the pool of this process."""
    return shared_pool().looks(path, media_type, limits)


def read_html(
    path: str | os.PathLike[str], media_type: str, limits: Limits = DEFAULT_LIMITS
) -> Extraction:
    """`ExtractionPool.html` with the pool of this process."""
    return shared_pool().html(path, media_type, limits)


def _natural(value: object) -> int:
    """A number that the helper sent, or 0."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62:
        return value
    return 0
