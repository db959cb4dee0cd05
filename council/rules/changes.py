"""What changed after the convocation left, and what it demands (R-CONV-10, R-AGE-01).

A point withdrawn is always possible; a point added is a complementary convocation with the whole
delay, or an information, or an urgency; another day, place or hour is a new convocation; a small
change of hour passes with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from council.rules.agenda import VOTABLE, Setting, check_addition, check_change
from council.rules.finding import Finding, inform, warn
from council.rules.notice import Notice, latest_sending_moment
from council.rules.policy import BodyPolicy
from council.rules.wording import plural


class Change(Enum):
    """What a new edition of the dossier is."""

    NOTHING = "nothing"
    WITHDRAWAL = "withdrawal"
    PIECES = "pieces"
    INFORMATION = "information"
    MINOR = "minor"
    COMPLEMENTARY = "complementary"
    NEW_CONVOCATION = "new_convocation"


CHANGE_WORDS = {
    Change.NOTHING: "aucun changement",
    Change.WITHDRAWAL: "retrait d’un point",
    Change.PIECES: "pièces modifiées",
    Change.INFORMATION: "information ajoutée, sans vote",
    Change.MINOR: "changement d’heure mineur",
    Change.COMPLEMENTARY: "convocation complémentaire",
    Change.NEW_CONVOCATION: "nouvelle convocation",
}


@dataclass(frozen=True, slots=True)
class SentItem:
    """A point as it was sent. ``pieces`` maps each piece's name to its SHA-256; ``text`` is the
    SHA-256 of the proposed text."""

    ref: str
    title: str
    kind: str
    text: str = ""
    pieces: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A dossier: when and where, and its points in order."""

    setting: Setting
    items: tuple[SentItem, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What changed in one point kept."""

    ref: str
    old_title: str
    new_title: str
    text_changed: bool
    pieces_added: tuple[str, ...]
    pieces_removed: tuple[str, ...]
    pieces_replaced: tuple[str, ...]
    became_votable: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything visible between two editions. References, in the order of the newer one."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[ItemChange, ...]
    reordered: bool
    setting_changed: bool

    @property
    def is_empty(self) -> bool:
        """Whether both editions are the same."""
        return not (
            self.added or self.removed or self.changed or self.reordered or self.setting_changed
        )


def differences(before: Sent, after: Sent) -> Differences:
    """What each member should be shown."""
    old = {item.ref: item for item in before.items}
    new = {item.ref: item for item in after.items}
    kept = [item for item in after.items if item.ref in old]
    changed = [change for item in kept if (change := _compare(old[item.ref], item)) is not None]
    return Differences(
        added=tuple(item.ref for item in after.items if item.ref not in old),
        removed=tuple(item.ref for item in before.items if item.ref not in new),
        changed=tuple(changed),
        reordered=[i.ref for i in kept] != [i.ref for i in before.items if i.ref in new],
        setting_changed=before.setting != after.setting,
    )


def _compare(old: SentItem, new: SentItem) -> ItemChange | None:
    if old == new:
        return None
    common = old.pieces.keys() & new.pieces.keys()
    return ItemChange(
        ref=new.ref,
        old_title=old.title,
        new_title=new.title,
        text_changed=old.text != new.text,
        pieces_added=tuple(sorted(new.pieces.keys() - old.pieces.keys())),
        pieces_removed=tuple(sorted(old.pieces.keys() - new.pieces.keys())),
        pieces_replaced=tuple(sorted(n for n in common if old.pieces[n] != new.pieces[n])),
        became_votable=old.kind not in VOTABLE and new.kind in VOTABLE,
    )


def kind_of(before: Sent, after: Sent, *, minor_reason: str = "") -> Change:
    """The heaviest change decides."""
    told = differences(before, after)
    if told.setting_changed:
        same_day = before.setting.starts_at.date() == after.setting.starts_at.date()
        same_place = before.setting.place == after.setting.place
        if not (same_day and same_place and minor_reason.strip()):
            return Change.NEW_CONVOCATION
    to_vote = _newly_votable(told, after)
    if to_vote:
        return Change.COMPLEMENTARY
    if told.setting_changed:
        return Change.MINOR
    if told.added:
        return Change.INFORMATION
    if told.changed or told.reordered:
        return Change.PIECES
    return Change.WITHDRAWAL if told.removed else Change.NOTHING


def _newly_votable(told: Differences, after: Sent) -> list[SentItem]:
    turned = {change.ref for change in told.changed if change.became_votable}
    return [
        item
        for item in after.items
        if item.kind in VOTABLE and (item.ref in told.added or item.ref in turned)
    ]


def latest_moment_for(
    change: Change, after: Sent, notice: Notice, timezone: str
) -> datetime | None:
    """The recomputed clock: by when the new edition must leave; None when no delay applies."""
    if change in (Change.COMPLEMENTARY, Change.NEW_CONVOCATION):
        return latest_sending_moment(after.setting.starts_at, notice, timezone)
    return None


def check_changes(
    before: Sent,
    after: Sent,
    *,
    sending_at: datetime,
    notice: Notice,
    urgent: Notice | None,
    policy: BodyPolicy,
    minor_reason: str = "",
    declared_urgent: bool = False,
) -> list[Finding]:
    """What the law says of sending this edition at that instant."""
    told = differences(before, after)
    found = check_change(before.setting, after.setting, minor_reason=minor_reason)
    zone = ZoneInfo(policy.timezone)
    for item in _newly_votable(told, after):
        found += check_addition(
            added_on=sending_at.astimezone(zone).date(),
            meets_on=after.setting.starts_at.astimezone(zone).date(),
            kind=item.kind,
            notice=notice,
            urgent=urgent,
            declared_urgent=declared_urgent,
            ref=item.ref,
        )
    if told.removed:
        found.append(
            inform(
                "R-CONV-10",
                f"{plural(len(told.removed), 'point retiré', 'points retirés')} : c’est toujours "
                "possible, les membres en sont prévenus.",
                "CGCT, art. L2121-10",
            )
        )
    late = sending_at > latest_sending_moment(after.setting.starts_at, notice, policy.timezone)
    found += [
        warn(
            "R-CONV-05" if policy.note_required else "R-AGE-03",
            "Une pièce de ce point change après le délai : chaque membre doit avoir le temps de la "
            "lire. Dites au conseil ce qui a changé, ou reportez le point.",
            "CGCT, art. L2121-12 et L2121-13",
            change.ref,
        )
        for change in told.changed
        if late and (change.text_changed or change.pieces_added or change.pieces_replaced)
    ]
    return found
