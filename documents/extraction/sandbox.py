"""What the helper process gives up before it reads its first file.

Three walls, each useful alone: resource limits (memory, CPU, output files), a seccomp filter (no
network socket, no new program, no peeking at other processes) and Landlock (reads nothing but
Python's own files, writes nowhere but /dev/null). The file to read arrives as an open descriptor,
so the helper needs no path at all. Landlock is skipped, silently, on kernels without it; the
filter never is.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

# Audit architecture numbers (linux/audit.h) and the system calls refused on each. Numbers from
# the kernel's own tables: arch/x86/entry/syscalls/syscall_64.tbl for x86-64 and
# include/uapi/asm-generic/unistd.h for aarch64.
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_SIGNAL_A_THREAD = {"x86_64": 234, "aarch64": 131}  # tgkill, which abort() needs on ourselves
_SET_LIMITS = {"x86_64": 302, "aarch64": 261}  # prlimit64, on ourselves when given 0
_NETWORK = {
    "x86_64": {"connect": 42, "bind": 49, "listen": 50, "io_uring_setup": 425},
    "aarch64": {"connect": 203, "bind": 200, "listen": 201, "io_uring_setup": 425},
}
_PROCESSES = {
    "x86_64": {
        "execve": 59,
        "execveat": 322,
        "kill": 62,
        "tkill": 200,
        "rt_sigqueueinfo": 129,
        "rt_tgsigqueueinfo": 297,
        "ptrace": 101,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "pidfd_open": 434,
        "pidfd_getfd": 438,
        "pidfd_send_signal": 424,
        "bpf": 321,
        "userfaultfd": 323,
        "keyctl": 250,
        "unshare": 272,
        "setns": 308,
        "mount": 165,
    },
    "aarch64": {
        "execve": 221,
        "execveat": 281,
        "kill": 129,
        "tkill": 130,
        "rt_sigqueueinfo": 138,
        "rt_tgsigqueueinfo": 240,
        "ptrace": 117,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "pidfd_open": 434,
        "pidfd_getfd": 438,
        "pidfd_send_signal": 424,
        "bpf": 280,
        "userfaultfd": 282,
        "keyctl": 219,
        "unshare": 97,
        "setns": 268,
        "mount": 40,
    },
}
_X32_BIT = 0x40000000

_LOAD_ABSOLUTE = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_GREATER_EQUAL = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # errno EPERM
_KILL_PROCESS = 0x80000000
_OFFSET_NUMBER, _OFFSET_ARCH, _OFFSET_FIRST_ARGUMENT = 0, 4, 16


class Unsupported(RuntimeError):
    """This processor has no filter: better no extraction than extraction without walls."""


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def die_with_parent(parent: int) -> None:
    """Be killed as soon as process `parent` ends, even if it ends right now."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(3)


def limit_resources(*, memory: int, open_files: int = 64, file_size: int = 0) -> None:
    """Cap address space (bytes), descriptors and the size of any file written; no core dumps."""
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))


def allow_cpu(seconds: float) -> None:
    """Let this process use `seconds` more of CPU, after which the kernel kills it.

    The limit counts since the process began, and a helper reads many files: it is moved forward
    before each of them.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    total = int(used.ru_utime + used.ru_stime + seconds) + 1
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (total, hard))


def filter_system_calls(*, may_start_programs: bool = False) -> None:
    """Refuse network sockets and, unless `may_start_programs`, everything about other processes.

    A refused call fails with EPERM. A call in another machine language (32-bit, x32) kills the
    process, since its numbers would mean something else.
    """
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        raise Unsupported(machine)
    # AF_UNIX (1) reaches nothing but this machine.
    only_if_first = {_SOCKET[machine]: 1}
    if may_start_programs:
        # LibreOffice talks to itself over Unix sockets: there, only the address family is watched.
        refused = [_NETWORK[machine]["io_uring_setup"]]
    else:
        refused = [*_NETWORK[machine].values(), *_PROCESSES[machine].values()]
        only_if_first |= {_SIGNAL_A_THREAD[machine]: os.getpid(), _SET_LIMITS[machine]: 0}
    program = _filter_program(machine, refused, only_if_first)
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = _Program(len(program), ctypes.addressof(buffer))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(header))


def _filter_program(
    machine: str, refused: list[int], only_if_first: dict[int, int]
) -> list[tuple[int, int, int, int]]:
    """BPF instructions: refuse these calls, and those whose first argument is not as given."""
    program = [
        (_LOAD_ABSOLUTE, 0, 0, _OFFSET_ARCH),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD_ABSOLUTE, 0, 0, _OFFSET_NUMBER),
    ]
    if machine == "x86_64":
        program += [(_JUMP_GREATER_EQUAL, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL_PROCESS)]
    for number in refused:
        program += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    for number, value in only_if_first.items():
        program += [
            (_JUMP_EQUAL, 0, 4, number),
            (_LOAD_ABSOLUTE, 0, 0, _OFFSET_FIRST_ARGUMENT),
            (_JUMP_EQUAL, 0, 1, value),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        ]
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _prctl(option: int, *arguments: int) -> None:
    filled = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    if _libc.prctl(option, *filled) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


# --- Landlock -------------------------------------------------------------------------------

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_REMOVE_FILE, _MAKE_SOCKET = 32, 512
# Every access right known to the first version of Landlock; later kernels only add some.
_HANDLED = (1 << 13) - 1


_SYSTEM_PLACES = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/share",
    "/etc/ld.so.cache",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/fs/cgroup",
)


def readable_places() -> list[Path]:
    """Folders and files that the readers need: Python, its packages, libraries, OCR model."""
    own = Path(__file__).resolve().parent
    places = {Path(sys.prefix), Path(sys.base_prefix), own, own.parent / "__init__.py"}
    places |= {Path(entry) for entry in sys.path if entry and "site-packages" in entry}
    places |= {Path(name) for name in _SYSTEM_PLACES}
    return sorted(place for place in places if place.exists())


def has_landlock() -> bool:
    """Whether this kernel can forbid files at all."""
    version: int = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    return version > 0


def lock_files(
    readable: Iterable[Path], writable: Iterable[Path] = (), sockets: Iterable[Path] = ()
) -> bool:
    """Forbid every file, but to read `readable` and do anything in the folders `writable`.

    In the folders `sockets`, Unix sockets may be made and names removed. False on a kernel without
    Landlock, where nothing is forbidden.
    """
    attribute = ctypes.c_uint64(_HANDLED)
    ruleset = _libc.syscall(
        _LANDLOCK_CREATE_RULESET, ctypes.byref(attribute), ctypes.c_size_t(8), 0
    )
    if ruleset < 0:
        return False
    try:
        for place in readable:
            _allow(ruleset, place, _READ_FILE | _EXECUTE)
        # Tesseract opens it for its messages, and does not survive a refusal.
        _allow(ruleset, Path("/dev/null"), _READ_FILE | _WRITE_FILE)
        for place in writable:
            _allow(ruleset, place, _HANDLED & ~_EXECUTE)
        for place in sockets:
            _allow(ruleset, place, _MAKE_SOCKET | _REMOVE_FILE)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        if _libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) != 0:
            raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, place: Path, rights: int) -> None:
    if rights & _READ_FILE and place.is_dir():
        rights |= _READ_DIR
    handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, handle), 12)
        if _libc.syscall(_LANDLOCK_ADD_RULE, ruleset, 1, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"landlock_add_rule({place})")
    finally:
        os.close(handle)
