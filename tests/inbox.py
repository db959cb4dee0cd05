"""What inboxes still hold."""

from accounts.models import Notification


def still_asked(*kinds: str) -> int:
    """How many unread lines of these kinds, whoever's."""
    return Notification.objects.filter(kind__in=kinds, read_at=None, cancelled_at=None).count()
