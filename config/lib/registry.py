"""One registry class: how a lower app shows or reacts to things of an upper one."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class UnknownKey(LookupError):
    """Nothing is registered under this key: a misspelt or forgotten declaration."""


class AlreadyRegistered(ValueError):
    """Two declarations under one key."""


class Registry(Generic[T]):
    """A named, append-only mapping, filled while the apps load.

    An unknown key raises: silence would hide a missing declaration.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def register(self, key: str, value: T) -> T:
        """Add one entry. Registering the same object twice (a module reloaded) is harmless."""
        known = self._entries.get(key)
        if known is not None and known is not value:
            raise AlreadyRegistered(f"{self.name}: {key!r} is registered twice")
        self._entries[key] = value
        return value

    def get(self, key: str) -> T:
        """The entry of this key. Raises UnknownKey."""
        try:
            return self._entries[key]
        except KeyError:
            known = ", ".join(sorted(self._entries)) or "nothing"
            raise UnknownKey(f"{self.name}: {key!r} is not registered (known: {known})") from None

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def items(self) -> ItemsView[str, T]:
        """All entries, in the order of their registration."""
        return self._entries.items()
