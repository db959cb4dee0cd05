"""Whatever ends the supervisor, nothing that it started stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent

# A supervisor of two services and the embedded servers; it writes the pids of all, then watches.
PROGRAM = """
import os, sys
from pathlib import Path
from config.lib.embedded import EmbeddedServers, die_with_parent
from config.lib.supervisor import Service, Stopped, Supervisor, stop_signals

state = Path(sys.argv[1])
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
services = [Service(n, sleeper, os.environ, state / f"{n}.log") for n in ("one", "two")]
servers = EmbeddedServers(state / "servers", durable=True)
supervisor = Supervisor(services, say=print)
try:
    with stop_signals():
        die_with_parent()
        try:
            servers.start()
            supervisor.start()
            pids = [s.process.pid for s in services] + servers.pids
            (state / "pids.part").write_text(" ".join(map(str, pids)))
            (state / "pids.part").rename(state / "pids")
            supervisor.watch(servers.alive)
        finally:
            supervisor.stop()
            servers.stop()
except Stopped:
    sys.exit(0)
"""


def wait(happened: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "too late"
        time.sleep(0.05)


def runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


@pytest.fixture
def state(tmp_path_factory):
    from config.lib.embedded import locate

    folder = locate(PROJECT, "tests") / f"{os.getpid()}-supervisor-{time.monotonic_ns()}"
    folder.mkdir()
    folder.chmod(0o711)
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def start(state: Path, *, through: tuple[str, ...] = ()) -> tuple[subprocess.Popen, list[int]]:
    process = subprocess.Popen([*through, sys.executable, "-c", PROGRAM, str(state)], cwd=PROJECT)
    wait((state / "pids").exists)
    pids = [int(pid) for pid in (state / "pids").read_text(encoding="ascii").split()]
    assert all(runs(pid) for pid in pids)
    return process, pids


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_process_survives_its_supervisor(state, sign):
    process, pids = start(state)
    process.send_signal(sign)
    process.wait(20)
    wait(lambda: not any(runs(pid) for pid in pids))
    if sign != signal.SIGKILL:
        assert process.returncode == 0


def test_no_process_survives_the_parent_of_the_supervisor(state):
    process, pids = start(state, through=("sh", "-c", '"$@"; exit $?', "sh"))
    process.kill()
    process.wait(20)
    wait(lambda: not any(runs(pid) for pid in pids))


def test_the_servers_start_again_on_their_data_just_after_a_kill(state):
    process, pids = start(state)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    process.kill()
    process.wait()
    (state / "pids").unlink()
    process, pids = start(state)
    process.terminate()
    assert process.wait(20) == 0


def test_a_service_that_dies_is_started_again(state):
    from config.lib.supervisor import Service, Supervisor

    said: list[str] = []
    service = Service("one", ["sleep", "600"], os.environ, state / "one.log")
    supervisor = Supervisor([service], say=said.append)
    supervisor.start()
    first = service.process.pid
    service.process.kill()
    service.process.wait()
    supervisor.look()
    assert service.process.pid != first
    assert runs(service.process.pid)
    assert "relancé" in said[0]
    supervisor.stop()
    assert service.ended()


def test_a_service_that_keeps_dying_is_given_up(state):
    from config.lib.supervisor import Service, ServiceFailed, Supervisor

    service = Service("one", ["false"], os.environ, state / "one.log")
    service.restarts = 5
    supervisor = Supervisor([service], say=lambda _: None)
    supervisor.start()
    service.process.wait()
    with pytest.raises(ServiceFailed, match="« one » s’arrête sans cesse"):
        supervisor.look()
