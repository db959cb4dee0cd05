"""What the last session of the demonstration left: votes, deliberations, orders, minutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from accounts.actor import Actor
from accounts.demo import Stage
from accounts.models import Person
from config.lib.clock import local_date
from council.enums import ActKind, ActType, FollowUpState, PublicationMode, SignatureMode
from council.models import Act, AgendaItem, Mandate, Meeting
from council.rules.session import BallotFacts
from council.rules.votes import Choice
from council.services import following
from council.services.acts import (
    drafting,
    formalities,
    lists,
    orders,
    printing,
    publishing,
    registers,
    settings,
    signing,
)
from council.services.acts.drafting import ActContent
from council.services.minutes import writing
from council.services.session import room, sitting, voting
from council.services.session.reading import ref_of
from council.services.session.recording import Pen

_CLERK = "Nadia Morel"


def hold(stage: Stage, meeting: Meeting) -> Meeting:
    """The session sits for an hour: nearly everybody is there, two vote against one point."""
    at = meeting.starts_at
    members = [
        seat.person
        for seat in Mandate.objects.filter(assembly=meeting.assembly_id)
        .current(meeting.local_day)
        .voting()
        .in_order_of_the_tableau()
        .select_related("person")
    ]
    here = members[:-2]
    for person in here:
        room.record_presence(pen=_pen(stage, meeting, at), person=person)
    sitting.open_session(pen=_pen(stage, meeting, at + timedelta(minutes=3)))
    room.name_secretary(pen=_pen(stage, meeting, at + timedelta(minutes=4)), person=here[2])
    for n, item in enumerate(_points(meeting), start=1):
        moment = at + timedelta(minutes=5 + 12 * n)
        sitting.call_item(pen=_pen(stage, meeting, moment), item=item)
        against = {ref_of(one): Choice.AGAINST for one in here[-2:]} if n == 2 else {}
        voting.record_ballot(
            pen=_pen(stage, meeting, moment + timedelta(minutes=8)),
            ballot=BallotFacts(voices=against),
            item=item,
        )
    sitting.close_session(pen=_pen(stage, meeting, at + timedelta(minutes=70)))
    return Meeting.objects.get(pk=meeting.pk)


def follow(stage: Stage, meeting: Meeting) -> None:
    """The days after: deliberations, their signature and formalities, list, minutes in draft."""
    morning = meeting.starts_at + timedelta(hours=14)
    dgs = stage.actor(_CLERK, at=morning)
    settings.set_formalities(
        actor=dgs,
        now=morning,
        department="003",
        arrondissement="2",
        body_nature="31",
        prefecture="PREF003",
        classification_on=date(2026, 1, 1),
        return_emails="mairie@saint-aubin.example",
        referent_name=_CLERK,
    )
    acts = drafting.draft_deliberations(actor=dgs, meeting=meeting, now=morning)
    for n, act in enumerate(acts):
        _print(act, dgs.person, morning)
        if n == 2:
            continue  # one is still to be signed
        later = stage.actor(_CLERK, at=morning + timedelta(days=3))
        done = signing.note_signature(
            actor=later,
            act=act,
            signed_on=dgs.today,
            mode=SignatureMode.PAPER,
            now=morning + timedelta(days=1),
        )
        if n == 0:
            _in_force(later, done, morning + timedelta(days=3))
            _entrust(stage, later, done)
    lists.make_list(actor=dgs, meeting=meeting, now=morning)
    lists.note_list_published(
        actor=dgs, meeting=meeting, now=morning, published_on=dgs.today, posted_on=dgs.today
    )
    minutes = writing.draft_minutes(actor=dgs, meeting=meeting, now=morning)
    section = minutes.sections.exclude(item=None).first()
    if section is not None:
        writing.write_section(
            actor=dgs,
            section=section,
            words="Plusieurs membres saluent le travail des bénévoles. Le maire rappelle que "
            "l’enveloppe n’a pas changé depuis trois ans.",
            revision=section.revision,
            now=morning,
        )
    writing.print_minutes(actor=dgs, minutes=minutes, now=morning)


def _entrust(stage: Stage, actor: Actor, act: Act) -> None:
    """What the first decision asks: one thing under way, one still to be done."""
    for words, days, who, state in (
        ("Prévenir les associations concernées", 6, "Thomas Guérin", FollowUpState.DOING),
        ("Faire établir le devis et passer la commande", 34, "Patrick Lefèvre", None),
    ):
        made = following.entrust(
            actor=actor,
            act=act,
            what=words,
            due_on=local_date(stage.now, "Europe/Paris") + timedelta(days=days),
            person=stage.people[who],
            now=act.changed_at,
        )
        if state is not None:
            following.advance(
                actor=actor,
                follow_up=made,
                state=state,
                progress="Trois associations sur cinq ont répondu.",
                now=act.changed_at,
            )


def orders_and_decisions(stage: Stage) -> None:
    """A street closed for the market, a decision in force, and one order waiting for the mayor."""
    at = stage.now - timedelta(days=9)
    dgs = stage.actor(_CLERK, at=at)
    street = registers.register_of_mayor(dgs.organisation, ActKind.ORDER, now=at)
    rented = registers.register_of_mayor(dgs.organisation, ActKind.DECISION, now=at)
    waiting = orders.draft_act(
        actor=dgs,
        register=street,
        content=ActContent(
            "Circulation interdite rue de l’École pendant le marché de Noël",
            "Le maire,\n"
            "Vu le code général des collectivités territoriales, notamment ses articles "
            "L. 2213-1 et suivants ;\n"
            "Considérant que le marché occupe la chaussée ;\n"
            "# Arrête\n"
            "Article 1er — La rue de l’École est interdite aux véhicules de 7 heures à 19 heures.\n"
            "Article 2 — Une déviation est mise en place par la rue du Lavoir.",
            subject_code="6.1",
            type=ActType.TRAFFIC,
        ),
        now=at,
    )
    signing.present_for_signature(actor=dgs, act=waiting, now=at)
    _print(waiting, dgs.person, at)
    decision = orders.draft_act(
        actor=dgs,
        register=rented,
        content=ActContent(
            "Location du logement de l’ancienne école",
            "Le maire,\n"
            "Vu l’article L. 2122-22 du code général des collectivités territoriales ;\n"
            "# Décide\n"
            "Article 1er — Le logement est loué pour six ans, 420 € par mois.",
            subject_code="3.3",
        ),
        now=at,
    )
    signing.present_for_signature(actor=dgs, act=decision, now=at)
    _print(decision, dgs.person, at)
    later = stage.actor(_CLERK, at=at + timedelta(days=3))
    done = signing.note_signature(
        actor=later, act=decision, signed_on=dgs.today, mode=SignatureMode.PAPER, now=at
    )
    _in_force(later, done, at + timedelta(days=3))


def _pen(stage: Stage, meeting: Meeting, at: datetime) -> Pen:
    actor = stage.actor(_CLERK, meeting.organisation.slug, at=at)
    return Pen(actor=actor, meeting=meeting, key=uuid4(), at=at, now=at)


def _points(meeting: Meeting) -> list[AgendaItem]:
    return list(AgendaItem.objects.filter(meeting=meeting).on_the_agenda())


def _print(act: Act, person: Person, now: datetime) -> None:
    printing.print_act(act_id=act.pk, person_id=person.pk, now=now)


def _in_force(actor: Actor, act: Act, now: datetime) -> None:
    publishing.publish_act(
        actor=actor, act=act, mode=PublicationMode.ELECTRONIC, on=actor.today, now=now
    )
    formalities.note_receipt(
        actor=actor,
        act=act,
        received_on=actor.today,
        receipt_id=f"003-{act.internal_number}",
        now=now,
    )
