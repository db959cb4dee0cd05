"""Which lines an inbox may hold, and how each is shown to a given reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.models import Notification
from config.lib.registry import Registry


@dataclass(frozen=True, slots=True)
class Shown:
    """An object as this reader may know it. `href` is a path of the site; `mail_title` replaces
    the title outside of it ("document confidentiel")."""

    title: str
    href: str
    mail_title: str = ""


# Lines the reader may see today, by the line's uid; a missing one is hidden and never mailed.
Resolve = Callable[[Actor, Sequence[Notification]], Mapping[UUID, Shown]]


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of news.

    `one` and `many` are French sentences over {actors}, {count} and {title}, `many` being used
    from two events on. `resolve` is the re-check of rights, in bulk. `mails` false: the line
    appears in the inbox, its own message (a convocation) is sent by other means.
    """

    code: str
    notice_class: NoticeClass
    one: str
    many: str
    resolve: Resolve
    icon: str = "bell"
    mails: bool = True

    def sentence(self, *, count: int, actors: str, title: str) -> str:
        """The line as read."""
        form = self.one if count < 2 else self.many
        return form.format(count=count, actors=actors or "Quelqu’un", title=title)


notice_kinds: Registry[NoticeKind] = Registry("notice kinds")


def notice_kind(
    code: str,
    notice_class: NoticeClass,
    *,
    one: str,
    resolve: Resolve,
    many: str = "",
    icon: str = "bell",
    mails: bool = True,
) -> NoticeKind:
    """Declare a kind, in the `notifications.py` of the app that it belongs to."""
    return notice_kinds.register(
        code, NoticeKind(code, notice_class, one, many or one, resolve, icon, mails)
    )
