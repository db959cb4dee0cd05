"""What the helper cannot do, tried from inside the same walls."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from documents.extraction import sandbox

ROOT = Path(__file__).resolve().parents[3]


def inside(code: str, walls: str = "sandbox.filter_system_calls()") -> subprocess.CompletedProcess:
    """Run `code` in a fresh interpreter that first puts up `walls`."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import ctypes, errno, os, resource, socket, subprocess, time\n"
        "from pathlib import Path\n"
        f"from documents.extraction import sandbox\n{walls}\n{code}"
    )
    return subprocess.run(
        [sys.executable, "-I", "-B", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_no_network_socket_can_be_opened(family):
    code = f"socket.socket(socket.{family}, socket.SOCK_DGRAM)"

    allowed, refused = inside(code, walls=""), inside(code)

    assert allowed.returncode == 0 or family == "AF_PACKET"
    assert refused.returncode == 1
    assert "PermissionError" in refused.stderr


def test_a_socket_of_this_machine_can_be_opened_but_not_connected():
    done = inside(
        "s = socket.socket(socket.AF_UNIX)\nprint('opened', flush=True)\ns.connect('/run/any')"
    )

    assert done.stdout == "opened\n"
    assert "PermissionError" in done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 0)",
        "os.pidfd_open(os.getppid())",
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "done = libc.ptrace(16, os.getppid(), 0, 0)\n"
        "if done < 0: raise OSError(ctypes.get_errno(), 'ptrace')",
    ],
    ids=["execve", "kill", "pidfd_open", "ptrace"],
)
def test_other_processes_are_out_of_reach(code):
    done = inside(code)

    assert done.returncode == 1
    assert "PermissionError" in done.stderr


def test_only_its_own_threads_can_be_signalled():
    call = f"number = {sandbox._SIGNAL_A_THREAD[platform.machine()]}\n" + (
        "libc = ctypes.CDLL(None)\n"
        "print(libc.syscall(number, os.getpid(), os.getpid(), 0))\n"
        "print(libc.syscall(number, os.getppid(), os.getppid(), 0))"
    )

    assert inside(call).stdout.split() == ["0", "-1"]
    assert inside("os.abort()").returncode == -6


def test_only_its_own_limits_can_be_changed():
    done = inside("resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))")

    assert "PermissionError" in done.stderr
    assert inside("sandbox.allow_cpu(5)").returncode == 0


def test_no_program_can_be_started():
    assert "PermissionError" in inside("subprocess.run(['/bin/true'])").stderr


def test_a_call_in_another_machine_language_kills():
    if platform.machine() != "x86_64":
        return  # the 32-bit door exists there only
    code = (
        "import mmap\n"
        # mov eax, 20 (getpid of i386); int 0x80; ret
        "page = mmap.mmap(-1, 4096, prot=7)\n"
        "page.write(bytes.fromhex('b814000000cd80c3'))\n"
        "address = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(address)()\n"
        "print('still here')"
    )

    assert inside(code).returncode == -31  # SIGSYS


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_checks_the_machine_before_anything(machine):
    program = sandbox._filter_program(machine, [1, 2, 3], {sandbox._SOCKET[machine]: 1})

    assert program[0] == (0x20, 0, 0, 4)
    assert program[1] == (0x15, 1, 0, sandbox._AUDIT_ARCH[machine])
    assert program[2] == (0x06, 0, 0, 0x80000000)
    assert (0x15, 0, 4, sandbox._SOCKET[machine]) in program
    assert program[-1] == (0x06, 0, 0, 0x7FFF0000)
    for position, (code, yes, no, _value) in enumerate(program):
        if code & 0x07 == 0x05:
            assert position + 1 + max(yes, no) < len(program)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_both_machines_refuse_the_same_calls(machine):
    other = "aarch64" if machine == "x86_64" else "x86_64"

    for table in (sandbox._NETWORK, sandbox._PROCESSES):
        assert set(table[machine]) == set(table[other])
        assert len(set(table[machine].values())) == len(table[machine])


def test_an_unknown_machine_has_no_helper(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "sparc64")

    with pytest.raises(sandbox.Unsupported):
        sandbox.filter_system_calls()


FILES = "locked = sandbox.lock_files(sandbox.readable_places())"


def test_files_of_the_server_cannot_be_read():
    if not sandbox.has_landlock():
        return  # the other walls stand
    for path in ("/etc/passwd", str(ROOT / "manage.py"), f"/proc/{os.getpid()}/environ"):
        done = inside(f"open({path!r}).read()", FILES)
        assert "PermissionError" in done.stderr, path


def test_nothing_can_be_written(tmp_path):
    limited = inside(
        f"open({str(tmp_path / 'a')!r}, 'wb', buffering=0).write(b'x')",
        "sandbox.limit_resources(memory=2**30)",
    )
    locked = inside(f"open({str(tmp_path / 'b')!r}, 'wb')", FILES)

    assert "OSError" in limited.stderr
    assert (locked.returncode == 1) == sandbox.has_landlock()


def test_memory_is_capped():
    done = inside("bytearray(2**30)", "sandbox.limit_resources(memory=600 * 2**20)")

    assert "MemoryError" in done.stderr


def test_cpu_is_capped_anew_for_each_file():
    code = (
        "def burn(seconds):\n"
        "    end = time.process_time() + seconds\n"
        "    while time.process_time() < end: pass\n"
        "for _ in range(3):\n"
        "    sandbox.allow_cpu(1)\n"
        "    burn(0.7)\n"
        "print('three files', flush=True)\n"
        "sandbox.allow_cpu(1)\n"
        "burn(60)"
    )

    done = inside(code, walls="")

    assert done.stdout == "three files\n"
    assert done.returncode == -24  # SIGXCPU


def test_a_helper_that_lost_its_parent_leaves_at_once():
    assert inside("sandbox.die_with_parent(1 << 22)").returncode == 3


def test_the_helper_knows_neither_django_nor_our_settings():
    done = inside(
        "import documents.extraction.child, documents.extraction\n"
        "from documents.extraction.readers import archives, images, mail, ocr, office\n"
        "from documents.extraction.readers import outlook, pdf, plain, slides\n"
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('django', 'config', 'accounts')])",
        walls="",
    )

    assert done.stdout.strip() == "[]"
