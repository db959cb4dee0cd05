"""Why a service would not do it. Each message is French, complete, and may be shown as it is."""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(Exception):
    """A rule, not a right, stands in the way; `str()` says which and what to do."""


class InvalidName(Refusal):
    """Empty, or too long once cleaned."""


class NameTaken(Refusal):
    """Another live folder or document of the same folder has this name."""

    def __init__(self, name: str, *, suggestion: str = "") -> None:
        advice = f" Vous pouvez l’appeler « {suggestion} »." if suggestion else ""
        super().__init__(f"« {name} » existe déjà ici.{advice}")
        self.name = name
        self.suggestion = suggestion


class RootIsFixed(Refusal):
    """The root of an organisation's tree is neither moved, trashed, nor inheriting."""


class InsideItself(Refusal):
    """A folder would stand inside itself."""


class TooDeep(Refusal):
    """Deeper than the tree can go."""


class InTrash(Refusal):
    """The object, or what contains it, is in the trash."""


class NotInTrash(Refusal):
    """Nothing to restore."""


class PartlyOutOfReach(Refusal):
    """Something below is not the actor's to change."""


class NotAMember(Refusal):
    """The person or team does not belong to the organisation, or no longer."""


class LastManager(Refusal):
    """Nobody would be left to change the rights."""


class NeedsConfirmation(Refusal):
    """Allowed, but with a consequence to be confirmed, one French sentence each."""

    def __init__(self, consequences: Sequence[str]) -> None:
        super().__init__(" ".join(consequences))
        self.consequences = tuple(consequences)


class LabelTaken(Refusal):
    """Another type, or another tag, of the organisation has this name."""


class LabelInUse(Refusal):
    """Documents carry it: it may be retired, not removed."""


class LabelUnknown(Refusal):
    """Not a type or a tag of the acting organisation."""


class MovedMeanwhile(Refusal):
    """Somebody else moved it since the actor chose where it should go."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"« {name} » a été déplacé entre-temps par quelqu’un d’autre. "
            "Regardez où il se trouve maintenant, puis recommencez si besoin."
        )


class ReservedByAnother(Refusal):
    """Somebody else has set the document, or one inside the folder, aside: only they change it."""


class TooMuch(Refusal):
    """More at once than one act may take; the message says how much."""


class WorldMovedOn(Refusal):
    """What would be undone has changed since."""
