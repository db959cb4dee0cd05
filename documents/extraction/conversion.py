"""Office documents as PDF, by LibreOffice when the machine has it; otherwise honestly nothing.

Each call has a profile, a home and a temporary folder of its own, removed afterwards. LibreOffice
runs without network and, where the kernel allows it, sees no file but its own and that folder:
a document may ask for a file of the server or for an address, it gets neither.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from documents.extraction.results import MB

_ROOT = Path(__file__).resolve().parents[2]
_START = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from documents.extraction.conversion import become; become()"
)
# Office types, and the extension by which LibreOffice chooses its reader.
CONVERTIBLE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.graphics": "odg",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/rtf": "rtf",
}
_MEMORY = 4096 * MB
_LARGEST_PDF = 200 * MB
_SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/opt",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/etc/passwd",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
)


def office_program() -> str | None:
    """Where LibreOffice is, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def office_to_pdf(
    path: str | os.PathLike[str], media_type: str, *, seconds: float = 60
) -> bytes | None:
    """The document as PDF, or None: no LibreOffice, a type that it does not read, a failure.

    Costs 1 to 2 seconds of CPU and 200 MB of memory: for a queue, never for a page.
    """
    program, extension = office_program(), CONVERTIBLE.get(media_type)
    if program is None or extension is None:
        return None
    with tempfile.TemporaryDirectory(prefix="parvis-office-") as name:
        place = Path(name).resolve()
        source = place / f"document.{extension}"
        shutil.copyfile(path, source)
        _run([program, *_options(place), str(source)], place, seconds)
        made = source.with_suffix(".pdf")
        if made.is_symlink() or not made.is_file():
            return None
        content = made.read_bytes()
    return content if content.startswith(b"%PDF-") else None


def _options(place: Path) -> list[str]:
    return [
        f"-env:UserInstallation={(place / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        "pdf",
        "--outdir",
        str(place),
    ]


def _run(command: list[str], place: Path, seconds: float) -> None:
    python = [sys.executable, "-I", "-B", "-c", _START.format(root=str(_ROOT))]
    process = subprocess.Popen(  # noqa: S603 - our own launcher, no shell, fixed arguments
        [*python, str(os.getpid()), str(place), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            "HOME": str(place),
            "TMPDIR": str(place),
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
        },
        cwd=place,
        start_new_session=True,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        # The whole group: the program is a script that starts others.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def become() -> None:
    """Put up the walls, then become LibreOffice (entry of the process started by `_run`)."""
    from documents.extraction import sandbox

    parent, place, *command = sys.argv[1:]
    sandbox.die_with_parent(int(parent))
    sandbox.limit_resources(memory=_MEMORY, open_files=512, file_size=_LARGEST_PDF)
    system = [Path(name) for name in _SYSTEM if Path(name).exists()]
    system += {Path(command[0]).parent, Path(command[0]).resolve().parent}
    # LibreOffice insists on a socket of its own in /tmp: it may make it and take it away.
    sandbox.lock_files(system, writable=[Path(place)], sockets=[Path("/tmp")])  # noqa: S108
    sandbox.filter_system_calls(may_start_programs=True)
    os.execv(command[0], command)  # noqa: S606 - no shell on purpose
