"""Posting at the door: what was posted, from when to when, and the certificate that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_prepare_meeting
from council.access_acts import can_keep_act
from council.access_public import public_items, public_title
from council.dossier import french
from council.dossier.act_paper import Hand
from council.dossier.statement import poster_pdf, statement_pdf
from council.enums import PostedWhat, PublicationMode
from council.models import Act, Meeting, Posting
from council.papers import letterhead_of, signatory_of
from council.rules import posting as law
from council.rules.enforce import Sort, must_be_published
from council.rules.finding import Finding, blocking
from council.rules.wording import Gender, Named
from council.services.acts import formalities, lists, publishing
from council.services.acts.locking import lock_act
from council.services.acts.orders import head_of, standing_in_for_head
from council.services.acts.printing import letterhead_of_register
from council.services.acts.settings import mode_on
from council.services.acts.signatories import person_title, plain_quality, signer_of
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal


class NotConvened(Refusal):
    """There is nothing to post yet."""


class BadPosting(Refusal):
    """Dates that cannot be, or nobody who answers for it."""


@dataclass(frozen=True, slots=True)
class PostingDates:
    """What a person types: ``by`` is who posted it."""

    posted_on: date
    removed_on: date | None = None
    by: str = ""
    place: str = "à la porte de la mairie"


def poster(meeting: Meeting) -> bytes:
    """The notice of a convened session, with the titles that the public may read."""
    if meeting.convened_at is None:
        raise NotConvened("La séance n’est pas convoquée : il n’y a rien à afficher.")
    signatory = signatory_of(meeting)
    points = public_items(Meeting.objects.filter(pk=meeting.pk))
    return poster_pdf(
        letterhead_of(meeting.assembly),
        lists.sitting_words(meeting),
        [(item.number or item.position, public_title(item)) for item in points],
        Hand(signatory.title, signatory.name),
        at=meeting.convened_at,
    )


@transaction.atomic
def note_meeting_posting(
    *, actor: Actor, meeting: Meeting, what: PostedWhat, dates: PostingDates, now: datetime
) -> Posting:
    """The convocation, or the list of deliberations, is at the door, or came down."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.convened_at is None:
        raise NotConvened("La séance n’est pas convoquée : il n’y a rien à afficher.")
    if what == PostedWhat.LIST:
        # The list keeps its own dates, counted by its last day.
        lists.note_list_published(
            actor=actor,
            meeting=locked,
            now=now,
            posted_on=dates.posted_on,
            posted_until=dates.removed_on,
        )
    known = Posting.objects.filter(meeting=locked, what=what).first()
    kept = known or Posting(organisation=locked.organisation, meeting=locked, what=what)
    return _keep(actor, kept, dates, now, meets_on=locked.local_day)


@transaction.atomic
def note_act_posting(*, actor: Actor, act: Act, dates: PostingDates, now: datetime) -> Posting:
    """An act is at the door. Where the council chose posting, that is its publication, and its
    first day counts (R-PUB-03)."""
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    if not locked.is_signed:
        raise formalities.NotSigned("Cet acte n’est pas encore signé.")
    if locked.nominative:
        raise formalities.NeverPublished(
            "Cet acte nomme des personnes : il leur est notifié, pas affiché."
        )
    if not must_be_published(locked.facts) and locked.sort is not Sort.PLANNING:
        # A permit alone is notified and posted (code de l'urbanisme, R424-15).
        raise formalities.NeverPublished(
            "Cet acte concerne une personne : il lui est notifié, pas affiché."
        )
    known = Posting.objects.filter(act=locked).first()
    kept = known or Posting(organisation=locked.organisation, act=locked, what=PostedWhat.ACT)
    done = _keep(actor, kept, dates, now)
    if counts(locked, dates.posted_on):
        publishing.publish_act(
            actor=actor,
            act=locked,
            mode=PublicationMode.POSTING,
            on=dates.posted_on,
            posted_until=dates.removed_on,
            # The certificate and the act tell the same day.
            corrects=True,
            now=now,
        )
    return done


def counts(act: Act, day: date) -> bool:
    """Whether posting on that day publishes the act: the commune chose it, and the act is not
    published otherwise."""
    if not must_be_published(act.facts):
        return False
    if act.published_on is not None and act.publication_mode != PublicationMode.POSTING:
        return False
    return mode_on(act.organisation, day) == PublicationMode.POSTING


def findings(posting: Posting, today: date) -> list[Finding]:
    """What the law says of a posting as it was noted."""
    meets_on = posting.meeting.local_day if posting.meeting else None
    return law.check_posting(_told(posting), today=today, meets_on=meets_on)


def certificate(posting: Posting, *, today: date) -> bytes:
    """The certificat d’affichage, to be signed by the mayor."""
    organisation = posting.organisation
    mayor = standing_in_for_head(organisation, today) or head_of(organisation, today)
    if mayor is None:
        raise Missing("Personne n’est maire ou président aujourd’hui : qui certifierait ?")
    if posting.act is not None:
        letterhead = letterhead_of_register(posting.act.register)
        capacity, title = person_title(mayor, posting.act, today), str(posting.act)
    else:
        assert posting.meeting is not None  # noqa: S101 - an act or a meeting
        letterhead = letterhead_of(posting.meeting.assembly)
        signer = signer_of(posting.meeting, today)
        mayor = signer.person if signer else mayor
        capacity = signer.title if signer else ""
        title = lists.sitting_words(posting.meeting).of_assembly
        title = f"séance {title} du {french.long_date(posting.meeting.local_day, with_day=False)}"
    named = Named(mayor.full_name, Gender(mayor.gender))
    plain = plain_quality(capacity or "Le maire")
    said = law.certificate(_told(posting), named, f"{plain} de {organisation.name}", title)
    return statement_pdf(
        letterhead,
        "Certificat d’affichage",
        "",
        [said, f"Affiché par {posting.by}.", "Fait à ……………………, le ……………………"],
        [Hand(capacity or "Le maire", mayor.full_name)],
        at=posting.changed_at,
    )


def _keep(
    actor: Actor,
    kept: Posting,
    dates: PostingDates,
    now: datetime,
    *,
    meets_on: date | None = None,
) -> Posting:
    kept.posted_on, kept.removed_on = dates.posted_on, dates.removed_on
    kept.by = dates.by.strip()[:120]
    kept.place = dates.place.strip()[:120] or "à la porte de la mairie"
    kept.noted_by, kept.changed_at = actor.person, now
    found = blocking(law.check_posting(_told(kept), today=actor.today, meets_on=meets_on))
    if dates.removed_on and dates.removed_on > actor.today:
        raise BadPosting("La date de retrait est à venir : notez-la le jour venu.")
    if found:
        raise BadPosting(" ".join(one.message for one in found), found)
    kept.save()
    record(actor, audit.POSTED, kept.act or kept.meeting, now=now, data={"what": str(kept.what)})
    return kept


def _told(posting: Posting) -> law.Posting:
    return law.Posting(
        law.Notice(posting.what), posting.posted_on, posting.removed_on, posting.place, posting.by
    )
