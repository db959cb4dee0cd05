"""What people are told: kinds are declared here, lines are written by `notify()`, mails are
grouped by `services.telling`. No other app writes to anybody by itself."""

from accounts.notifications import (
    kinds,  # noqa: F401 - declares our own news
    messages,  # noqa: F401 - declares our own messages
)
from accounts.notifications.following import (
    Followable,
    followable,
    followables,
    followers_of,
    is_followed,
)
from accounts.notifications.lines import notify, seen, settle, unread_count, unread_lines
from accounts.notifications.registry import NoticeKind, Shown, notice_kind, notice_kinds

__all__ = [
    "Followable",
    "NoticeKind",
    "Shown",
    "followable",
    "followables",
    "followers_of",
    "is_followed",
    "notice_kind",
    "notice_kinds",
    "notify",
    "seen",
    "settle",
    "unread_count",
    "unread_lines",
]
