"""The council's lines in the inbox: what is asked of the mayor and of those who prepare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.mail import Attachment, MailContent, mail_body, mail_kind
from accounts.models import Mail, Notification
from accounts.notifications import Shown, followable, notice_kind
from config.lib.access import ALLOWED, Decision
from config.lib.text import day_name, hour, long_date
from council import papers
from council.access import (
    meetings_to_agree,
    prepared_meetings,
    visible_items,
    visible_meetings,
)
from council.access_preparing import recordable_advice
from council.models import MayorReplacement, Meeting

AGREEMENT_ASKED = "council.agreement.asked"
AGREEMENT_GIVEN = "council.agreement.given"
AGREEMENT_REFUSED = "council.agreement.refused"
CONVOCATION_TROUBLE = "council.convocation.trouble"
DEADLINE_CLOSE = "council.deadline.close"
CONVENED = "council.convened"
AMENDED = "council.amended"
CHANGE_AGREEMENT_ASKED = "council.change.asked"
MEETING_AMENDED = "council.meeting.amended"
MEETING_CONVENED = "council.meeting.convened"
MEETING_MOVED = "council.meeting.changed"
MEETING_CANCELLED = "council.meeting.cancelled"
AGENDA_SETTLED = "council.agenda.frozen"
PIECE_CHANGED = "council.piece.changed"
ITEM_PROPOSED = "council.item.proposed"
ADVICE_ASKED = "council.advice.asked"
MAYOR_REPLACED = "council.mayor.replaced"
ITEM_TO_VALIDATE = "council.item.to_validate"
ITEM_RETURNED = "council.item.returned"


NOTICE_MAIL = "council.notice"


def notice_mail(mail: Mail, now: datetime) -> MailContent:
    """The meeting is cancelled: a short message, and the same for their calendar."""
    meeting = Meeting.objects.select_related("assembly", "organisation").get(
        uid=mail.payload["meeting"]
    )
    context = {
        "name": mail.person.full_name,
        "assembly": meeting.assembly.name,
        "when": f"{long_date(meeting.local_start)}, {hour(meeting.local_start)}",
        "reason": meeting.cancel_reason,
        "phone": meeting.assembly.phone,
        "organisation": meeting.organisation.name,
    }
    text, html = mail_body("council/notice", context)
    day = f"{meeting.assembly.name} du {day_name(meeting.local_start)}"
    edition = meeting.editions.order_by("-n").first()
    attached = (
        (
            Attachment(
                "Séance annulée.ics",
                papers.edition_ics(edition, cancelled=True),
                "text/calendar",
                {"method": "CANCEL", "charset": "utf-8"},
            ),
        )
        if edition
        else ()
    )
    return MailContent(
        f"{day} : séance annulée",
        text,
        html,
        attachments=attached,
        reply_to=meeting.assembly.reply_email,
    )


def _meetings(
    rows: QuerySet[Meeting], lines: Sequence[Notification], page: str, org: str
) -> Mapping[UUID, Shown]:
    known = {
        meeting.uid: meeting
        for meeting in rows.filter(uid__in=[line.object_uid for line in lines]).select_related(
            "assembly"
        )
    }
    shown = {}
    for line in lines:
        meeting = known.get(line.object_uid) if line.object_uid else None
        if meeting is not None:
            title = f"{meeting.assembly.name} du {day_name(meeting.local_start)}"
            shown[line.uid] = Shown(title, reverse(f"council:{page}", args=[org, meeting.uid]))
    return shown


def _to_see(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    org = actor.organisation.slug
    return _meetings(visible_meetings(actor), lines, "meeting-detail", org)


def _can_follow_meeting(actor: Actor, uid: UUID) -> Decision | None:
    return ALLOWED if visible_meetings(actor).filter(uid=uid).exists() else None


def _to_agree(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    org = actor.organisation.slug
    return _meetings(meetings_to_agree(actor), lines, "meeting-agree", org)


def _change_to_agree(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    org = actor.organisation.slug
    return _meetings(meetings_to_agree(actor), lines, "amendment-agree", org)


def _to_prepare(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    org = actor.organisation.slug
    return _meetings(prepared_meetings(actor), lines, "meeting-detail", org)


def _to_prove(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    org = actor.organisation.slug
    return _meetings(prepared_meetings(actor), lines, "meeting-proof", org)


def _items(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    wanted = [line.object_uid for line in lines]
    known = {item.uid: item for item in visible_items(actor).filter(uid__in=wanted)}
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            known[line.object_uid].title,
            reverse("council:item-detail", args=[org, line.object_uid]),
        )
        for line in lines
        if line.object_uid in known
    }


def _advice(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    rows = recordable_advice(actor).filter(uid__in=[line.object_uid for line in lines])
    known = {row.uid: row for row in rows.select_related("item")}
    org = actor.organisation.slug
    return {
        line.uid: Shown(row.item.title, reverse("council:advice-record", args=[org, row.uid]))
        for line in lines
        if line.object_uid is not None and (row := known.get(line.object_uid))
    }


def _replaced(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    rows = MayorReplacement.objects.filter(
        organisation=actor.organisation, uid__in=[line.object_uid for line in lines]
    ).select_related("by__person", "assembly")
    known = {row.uid: row for row in rows}
    page = reverse("council:acts-waiting", args=[actor.organisation.slug])
    return {
        line.uid: Shown(f"{row.by.person.full_name}, {row.assembly.name}", page)
        for line in lines
        if line.object_uid is not None and (row := known.get(line.object_uid))
    }


mail_kind(NOTICE_MAIL, render=notice_mail)
followable("meeting", can_follow=_can_follow_meeting)
# The convocation has its own message, with the personal link: the line is for the inbox only.
notice_kind(
    CONVENED,
    NoticeClass.LEGAL,
    one="Votre convocation : {title}",
    resolve=_to_see,
    icon="landmark",
    mails=False,
)
notice_kind(
    AMENDED,
    NoticeClass.LEGAL,
    one="Votre dossier a changé : {title}",
    resolve=_to_see,
    icon="history",
    mails=False,
)
notice_kind(
    MEETING_AMENDED,
    NoticeClass.FOLLOWED,
    one="{actors} a modifié après l’envoi : {title}",
    resolve=_to_see,
    icon="history",
)
notice_kind(
    CHANGE_AGREEMENT_ASKED,
    NoticeClass.LEGAL,
    one="{actors} vous demande votre accord sur un changement : {title}",
    resolve=_change_to_agree,
    icon="clipboard-check",
)
notice_kind(
    MEETING_CONVENED,
    NoticeClass.FOLLOWED,
    one="{actors} a convoqué : {title}",
    resolve=_to_see,
    icon="send",
)
notice_kind(
    MEETING_MOVED,
    NoticeClass.FOLLOWED,
    one="{actors} a changé la date ou le lieu : {title}",
    resolve=_to_see,
    icon="calendar",
)
notice_kind(
    MEETING_CANCELLED,
    NoticeClass.FOLLOWED,
    one="{actors} a annulé : {title}",
    resolve=_to_see,
    icon="ban",
)
notice_kind(
    AGENDA_SETTLED,
    NoticeClass.FOLLOWED,
    one="{actors} a arrêté l’ordre du jour : {title}",
    resolve=_to_prepare,
    icon="list-checks",
)
notice_kind(
    PIECE_CHANGED,
    NoticeClass.FOLLOWED,
    one="{actors} a déposé une nouvelle version d’une pièce : {title}",
    many="{count} nouvelles versions de pièces : {title}",
    resolve=_to_prepare,
    icon="history",
)
notice_kind(
    AGREEMENT_ASKED,
    NoticeClass.LEGAL,
    one="{actors} vous demande votre accord : {title}",
    resolve=_to_agree,
    icon="clipboard-check",
)
notice_kind(
    AGREEMENT_GIVEN,
    NoticeClass.ACTION,
    one="{actors} a donné son accord : {title}",
    resolve=_to_prepare,
    icon="check",
)
notice_kind(
    AGREEMENT_REFUSED,
    NoticeClass.ACTION,
    one="{actors} demande un changement : {title}",
    resolve=_to_prepare,
    icon="message-square",
)
notice_kind(
    CONVOCATION_TROUBLE,
    NoticeClass.LEGAL,
    one="Une convocation est à reprendre : {title}",
    many="{count} convocations sont à reprendre : {title}",
    resolve=_to_prove,
    icon="triangle-alert",
)
notice_kind(
    DEADLINE_CLOSE,
    NoticeClass.LEGAL,
    one="Le délai s’achève et tout n’est pas parti : {title}",
    resolve=_to_prove,
    icon="clock",
)
notice_kind(
    ITEM_PROPOSED,
    NoticeClass.DIRECT,
    one="{actors} propose un point : {title}",
    resolve=_items,
    icon="file-text",
)
notice_kind(
    ITEM_RETURNED,
    NoticeClass.ACTION,
    one="{actors} vous retourne un point : {title}",
    resolve=_items,
    icon="undo-2",
)
notice_kind(
    ITEM_TO_VALIDATE,
    NoticeClass.ACTION,
    one="{actors} vous demande de valider un point : {title}",
    many="{count} points attendent votre validation : {title}",
    resolve=_items,
    icon="clipboard-check",
)
notice_kind(
    MAYOR_REPLACED,
    NoticeClass.ACTION,
    one="{actors} a noté qui remplace le maire : {title}",
    resolve=_replaced,
    icon="user-check",
)
notice_kind(
    ADVICE_ASKED,
    NoticeClass.ACTION,
    one="{actors} demande votre avis : {title}",
    resolve=_advice,
    icon="message-square",
)
