"""Typed readers of the process environment, the only place where Parvis meets text from outside.

Every reader refuses a malformed value with :class:`BadEnvironment`, whose message names the
variable and what it should look like; it never falls back on a default when something was said.
An empty variable counts as not set, as docker-compose passes unset variables as empty strings.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_TRUE = {"1", "true", "yes", "on", "oui"}
_FALSE = {"0", "false", "no", "off", "non"}


class BadEnvironment(ValueError):
    """A variable of the environment is missing or malformed."""


class Environment:
    """Reads one mapping of variables, `os.environ` unless a test gives another."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def has(self, name: str) -> bool:
        """Whether the variable is set to something."""
        return bool(self._variables.get(name, "").strip())

    def text(self, name: str, default: str | None = None) -> str:
        """The variable as it is, spaces around it removed; without default, it is required."""
        if self.has(name):
            return self._variables[name].strip()
        if default is None:
            raise BadEnvironment(f"{name} is required")
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or a no, in English or in French."""
        if not self.has(name):
            return default
        value = self.text(name).casefold()
        if value in _TRUE:
            return True
        if value in _FALSE:
            return False
        raise BadEnvironment(f"{name} must be yes or no, not {value!r}")

    def integer(
        self, name: str, default: int, *, at_least: int | None = None, at_most: int | None = None
    ) -> int:
        """A whole number, between bounds when they are given."""
        if not self.has(name):
            return default
        value = self.text(name)
        try:
            number = int(value)
        except ValueError:
            raise BadEnvironment(f"{name} must be a whole number, not {value!r}") from None
        if at_least is not None and number < at_least:
            raise BadEnvironment(f"{name} must be at least {at_least}, not {number}")
        if at_most is not None and number > at_most:
            raise BadEnvironment(f"{name} must be at most {at_most}, not {number}")
        return number

    def words(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Words separated by commas."""
        if not self.has(name):
            return default
        return tuple(word.strip() for word in self.text(name).split(",") if word.strip())

    def folder(self, name: str, default: Path) -> Path:
        """An absolute path; it need not exist yet."""
        if not self.has(name):
            return default
        path = Path(self.text(name))
        if not path.is_absolute():
            raise BadEnvironment(f"{name} must be an absolute path, not {str(path)!r}")
        return path

    def site(self, name: str, default: str) -> str:
        """The address that people type: a scheme and a host, no path, no slash at the end."""
        value = self.text(name, default).rstrip("/")
        parts = self._url(name, value, {"http", "https"})
        if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
            raise BadEnvironment(f"{name} must look like https://parvis.example.fr, not {value!r}")
        return value

    def database(self, name: str, default: str | None = None) -> dict[str, object]:
        """A `postgresql://` address as Django's keys (NAME, USER, PASSWORD, HOST, PORT, OPTIONS).

        A unix socket is given as `postgresql://user:password@/name?host=/folder`.
        """
        value = self.text(name, default)
        parts = self._url(name, value, {"postgres", "postgresql"})
        if not parts.path.strip("/"):
            raise BadEnvironment(f"{name} must name a database: postgresql://user@host/name")
        options: dict[str, object] = {
            key: values[-1] for key, values in parse_qs(parts.query).items()
        }
        host = str(options.pop("host", "")) or (parts.hostname or "")
        port = str(options.pop("port", "")) or str(self._port(name, parts) or "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": port,
            "OPTIONS": options,
        }

    def redis(self, name: str, default: str | None = None) -> "RedisAddress":
        """`redis://host:6379/0`, `rediss://…` or `unix:///path/of/socket?db=0`."""
        value = self.text(name, default)
        parts = self._url(name, value, {"redis", "rediss", "unix"})
        if parts.scheme == "unix":
            number = parse_qs(parts.query).get("db", ["0"])[-1]
            if not parts.path.startswith("/"):
                raise BadEnvironment(f"{name}: a unix socket is given by its absolute path")
        else:
            if not parts.hostname:
                raise BadEnvironment(f"{name} must look like redis://host:6379/0, not {value!r}")
            self._port(name, parts)
            number = parts.path.strip("/") or "0"
        if not number.isdecimal():
            raise BadEnvironment(f"{name}: the database is a number, not {number!r}")
        return RedisAddress(parts, int(number))

    def mailbox(self, name: str) -> "Mailbox | None":
        """`imaps://user:password@host:993/INBOX`, or `imap://` (STARTTLS); None when not set.

        Signs of the user and of the password are percent-encoded (`@` is `%40`).
        """
        if not self.has(name):
            return None
        parts = self._url(name, self.text(name), {"imap", "imaps"})
        if not parts.hostname or not parts.username or not parts.password:
            raise BadEnvironment(f"{name} must look like imaps://user:password@host/INBOX")
        secure = parts.scheme == "imaps"
        return Mailbox(
            host=parts.hostname,
            port=self._port(name, parts) or (993 if secure else 143),
            user=unquote(parts.username),
            password=unquote(parts.password),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            tls=secure,
        )

    @staticmethod
    def _url(name: str, value: str, schemes: set[str]) -> SplitResult:
        try:
            parts = urlsplit(value)
        except ValueError as error:
            raise BadEnvironment(f"{name} is not an address: {error}") from None
        if parts.scheme not in schemes:
            known = ", ".join(f"{scheme}://" for scheme in sorted(schemes))
            raise BadEnvironment(f"{name} must begin with one of {known}")
        return parts

    @staticmethod
    def _port(name: str, parts: SplitResult) -> int | None:
        try:
            return parts.port
        except ValueError as error:
            raise BadEnvironment(f"{name}: {error}") from None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox of an IMAP server; `tls` from the first byte, else by STARTTLS."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: bool = True

    @property
    def name(self) -> str:
        """Which mailbox this is, without its secret."""
        return f"{self.user}@{self.host}/{self.folder}"[:200]


class RedisAddress:
    """One Redis server, said as each of its clients spells it; the cache is the next database."""

    def __init__(self, parts: SplitResult, database: int) -> None:
        self._parts = parts
        self._database = database

    def url(self, offset: int = 0) -> str:
        """For redis-py and Django's cache; `offset` counts databases from the one given."""
        number = self._database + offset
        if self._parts.scheme == "unix":
            return f"unix://{self._parts.path}?db={number}"
        return self._parts._replace(path=f"/{number}").geturl()

    def broker(self) -> str:
        """For Celery, which spells unix sockets in its own way."""
        if self._parts.scheme == "unix":
            return f"redis+socket://{self._parts.path}?virtual_host={self._database}"
        return self.url()
