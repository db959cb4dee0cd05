"""The messages of the house itself: invitation, new password, test message, the grouped news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.actor import actor_for
from accounts.enums import InvitationState, NoticeClass
from accounts.links import Purpose, link_to
from accounts.mail import MailContent, mail_body, mail_kind
from accounts.mail.unsubscribing import unsubscribe_url
from accounts.models import Invitation, Mail, Notification, Organisation
from accounts.notifications.reading import Line, shown_lines
from config.lib.text import plural

RESET = "accounts.reset"
INVITATION = "accounts.invitation"
WELCOME = "accounts.welcome"
PROPOSAL = "accounts.proposal"
TEST_MESSAGE = "accounts.test_message"
DIGEST = "accounts.digest"

MOST_PER_SECTION = 5
MOST_IN_ALL = 12


def _render_reset(mail: Mail, now: datetime) -> MailContent:
    link = link_to(mail.person, Purpose.RESET)
    text, html = mail_body("accounts/reset", {"person": mail.person, "link": link})
    return MailContent("un nouveau mot de passe", text, html, masks=(link,))


def _render_invitation(mail: Mail, now: datetime) -> MailContent:
    link = link_to(mail.person, Purpose.INVITATION)
    text, html = mail_body(
        "accounts/invitation",
        {"person": mail.person, "organisation": mail.organisation, "link": link},
    )
    where = mail.organisation.name if mail.organisation else "Parvis"
    return MailContent(f"votre accès à {where}", text, html, masks=(link,))


def _render_welcome(mail: Mail, now: datetime) -> MailContent:
    organisation = mail.organisation
    where = reverse("accounts:home", args=[organisation.slug]) if organisation else "/"
    link = settings.SITE_ADDRESS + where
    text, html = mail_body(
        "accounts/welcome", {"person": mail.person, "organisation": organisation, "link": link}
    )
    return MailContent(f"votre accès à {organisation}", text, html)


def _render_proposal(mail: Mail, now: datetime) -> MailContent:
    link = settings.SITE_ADDRESS + reverse("accounts:switch")
    text, html = mail_body(
        "accounts/proposal",
        {"person": mail.person, "organisation": mail.organisation, "link": link},
    )
    return MailContent(f"{mail.organisation} vous propose d’y travailler aussi", text, html)


def _check_proposal(mail: Mail, now: datetime) -> str:
    open_still = Invitation.objects.filter(
        uid=mail.payload["invitation"], state=InvitationState.OPEN, expires_at__gt=now
    )
    return "" if open_still.exists() else "Cette invitation n’attend plus de réponse."


def _render_test(mail: Mail, now: datetime) -> MailContent:
    link = link_to(mail.person, Purpose.CONFIRM_EMAIL)
    text, html = mail_body(
        "accounts/test_message",
        {"person": mail.person, "organisation": mail.organisation, "link": link},
    )
    return MailContent("confirmez que vous recevez bien nos courriels", text, html, masks=(link,))


def _check_test(mail: Mail, now: datetime) -> str:
    return "Cette adresse est déjà confirmée." if mail.person.email_confirmed_at else ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one urgency, in one organisation; `more` are left to the inbox."""

    organisation: str
    title: str
    lines: Sequence[tuple[Line, str]]
    more: int


_TITLES = {
    NoticeClass.SECURITY: "Sécurité",
    NoticeClass.LEGAL: "On attend quelque chose de vous",
    NoticeClass.ACTION: "On attend quelque chose de vous",
    NoticeClass.DIRECT: "Pour vous",
    NoticeClass.FOLLOWED: "À savoir",
    NoticeClass.AMBIENT: "À savoir",
}


def digest_lines(mail: Mail, now: datetime) -> list[tuple[Organisation, Line]]:
    """What the grouped message still has to say: unread, and visible to its reader today."""
    rows = list(
        Notification.objects.filter(
            uid__in=mail.payload["lines"], person=mail.person, read_at=None, cancelled_at=None
        )
        .select_related("organisation")
        .order_by("organisation__name", "first_at", "pk")
    )
    by_place: dict[int, list[Notification]] = defaultdict(list)
    for row in rows:
        by_place[row.organisation_id].append(row)
    found: list[tuple[Organisation, Line]] = []
    for members in by_place.values():
        reader = actor_for(mail.person, members[0].organisation, now=now)
        if reader is not None:
            found += [(members[0].organisation, line) for line in shown_lines(reader, members)]
    return found


def _opened_by(organisation: Organisation, line: Line) -> str:
    """The address that marks the line as read, then shows its object."""
    path = reverse("accounts:inbox-open", kwargs={"org": organisation.slug, "uid": line.uid})
    return settings.SITE_ADDRESS + path


def _sections(lines: Sequence[tuple[Organisation, Line]]) -> list[Section]:
    groups: dict[tuple[str, str], list[tuple[Line, str]]] = defaultdict(list)
    order = list(_TITLES)
    for organisation, line in sorted(
        lines, key=lambda pair: (pair[0].name, order.index(NoticeClass(pair[1].notice_class)))
    ):
        title = _TITLES[NoticeClass(line.notice_class)]
        groups[organisation.name, title].append((line, _opened_by(organisation, line)))
    sections, left = [], MOST_IN_ALL
    for (organisation_name, title), members in groups.items():
        kept = members[: min(MOST_PER_SECTION, left)]
        left -= len(kept)
        sections.append(Section(organisation_name, title, kept, len(members) - len(kept)))
    return sections


def _digest_subject(lines: Sequence[tuple[Organisation, Line]]) -> str:
    if len(lines) == 1:
        return lines[0][1].mail_sentence
    pressing = {NoticeClass.SECURITY, NoticeClass.LEGAL, NoticeClass.ACTION}
    expected = sum(line.notice_class in pressing for _, line in lines)
    news = len(lines) - expected
    parts = []
    if expected:
        parts.append(plural(expected, "chose attendue de vous", "choses attendues de vous"))
    if news:
        parts.append(plural(news, "nouvelle"))
    return " · ".join(parts)


def _render_digest(mail: Mail, now: datetime) -> MailContent:
    lines = digest_lines(mail, now)
    organisations = {organisation.pk: organisation for organisation, _ in lines}
    text, html = mail_body(
        "accounts/digest",
        {
            "person": mail.person,
            "sections": _sections(lines),
            "several": len(organisations) > 1,
            "inboxes": [
                (o.name, settings.SITE_ADDRESS + reverse("accounts:inbox", args=[o.slug]))
                for o in organisations.values()
            ],
            "unsubscribe": unsubscribe_url(mail),
        },
    )
    stop = unsubscribe_url(mail)
    return MailContent(_digest_subject(lines), text, html, masks=(stop,) if stop else ())


def _check_digest(mail: Mail, now: datetime) -> str:
    """Never an empty message: everything may have been read, or closed, since."""
    return "" if digest_lines(mail, now) else "Il n’y a plus rien à signaler."


mail_kind(RESET, render=_render_reset)
mail_kind(INVITATION, render=_render_invitation)
mail_kind(WELCOME, render=_render_welcome)
mail_kind(PROPOSAL, render=_render_proposal, check=_check_proposal)
mail_kind(TEST_MESSAGE, render=_render_test, check=_check_test)
mail_kind(DIGEST, render=_render_digest, check=_check_digest)
