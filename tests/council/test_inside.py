"""What is written inside stays inside: a word planted in each private place is on no page, in no
paper, list, search or calendar that a member of the council may open."""

import logging
import re

import pypdfium2
import pytest
from django.urls import reverse

from accounts.enums import TeamKind
from accounts.feed_tokens import mint
from accounts.services import feeds
from config.lib import clock
from council.enums import AssemblyKind, ConvocationState, Opinion
from council.models import AgendaItem, Convocation, DossierEdition, Meeting
from council.services import advising, convening, items, seating
from council.urls import urlpatterns
from documents.services import commenting
from tests.council.stage import LONG_AGO, NOV_30, NOW, team

ORG = "saint-aubin"
SECRET = "zorglub"


@pytest.fixture
def planted(stage, monkeypatch):
    """A convened council; beside it, the word in a draft, a point not listed, the reason of a
    return, an opinion kept inside, a comment on a joined document, another body's closed point."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    meeting, plan = stage.meeting(), stage.document("Plan du chemin.txt")
    point = stage.item("Chemin", meeting=meeting, documents=(plan,))
    commenting.add_comment(actor=stage.dgs, document=plan, text=f"Attention, {SECRET}", now=NOW)
    service = team(stage.organisation, "Finances", TeamKind.SERVICE, stage.agent)
    advice = advising.ask_advice(
        actor=stage.dgs, item=point, team=service, due_on=NOW.date(), now=NOW
    )
    advising.record_advice(
        actor=stage.dgs,
        advice=advice,
        opinion=Opinion.UNFAVOURABLE,
        words=f"Non : {SECRET}",
        given_on=NOW.date(),
        now=NOW,
    )
    items.return_item(actor=stage.dgs, item=point, reason=f"Ôtez {SECRET}", now=NOW)
    items.list_item(actor=stage.dgs, item=point, meeting=meeting, now=NOW)
    stage.frozen(meeting)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    Convocation.objects.update(state=ConvocationState.SENT, handed_over_at=NOW)
    stage.item(f"Brouillon {SECRET}", by=stage.agent, summary=SECRET)
    later = stage.meeting(starts_at=NOV_30.replace(month=12))
    stage.item(
        f"En préparation {SECRET}", meeting=later, documents=(stage.document(f"{SECRET}.txt"),)
    )
    finances = seating.create_assembly(
        actor=stage.dgs, kind=AssemblyKind.COMMISSION, name="Finances", now=NOW
    )
    seating.give_mandate(
        actor=stage.dgs, assembly=finances, person=stage.mayor, rank=1, from_date=LONG_AGO, now=NOW
    )
    other = stage.meeting(assembly=finances, starts_at=NOV_30.replace(day=29))
    closed = stage.item(f"Aide à {SECRET}", meeting=other, closed_doors=True, summary=SECRET)
    AgendaItem.objects.filter(pk=closed.pk).update(state="frozen", number=1)
    Meeting.objects.filter(pk=other.pk).update(agenda_frozen_at=NOW, convened_at=NOW)
    return stage


#: The pages that show a meeting or a point: tried with those that are none of the member's too.
SHOWN = ("meeting-detail", "meeting-dossier", "room", "requests", "item-detail", "item-preview")
#: Tried with what the member has in hand, beside all the pages of a point.
MORE = (
    *("session", "minutes", "minutes-file", "meeting-acts", "meeting-after", "meeting-results"),
    *(
        "results-file",
        "meeting-poster",
        "meeting-agree",
        "meeting-proof",
        "advice-record",
        "members",
    ),
)


def addresses(own):
    """The lists, then the pages of what the member has in hand; of the rest, those that show it."""
    known = {
        "points": AgendaItem.objects.exclude(pk=own.pk),
        "seances": Meeting.objects.exclude(pk=own.meeting_id),
    }
    first = {
        "points": own,
        "seances": own.meeting,
        "avis": own.advice.get(),
        "instances": own.assembly,
    }
    for pattern in urlpatterns:
        route, names = str(pattern.pattern), set(pattern.pattern.converters)
        name = f"council:{pattern.name}"
        if names == {"org"}:
            yield reverse(name, args=[ORG])
        found = re.search(r"([a-z]+)/<uuid:uid>", route)
        if names != {"org", "uid"} or not found or found[1] not in first:
            continue
        if found[1] != "points" and pattern.name not in (*SHOWN, *MORE):
            continue
        rest = known.get(found[1], ()) if pattern.name in SHOWN else ()
        for one in (first[found[1]], *rest):
            yield reverse(name, args=[ORG, one.uid])


def words_of(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not body.startswith(b"%PDF"):
        return body.decode("utf-8", "ignore")
    document = pypdfium2.PdfDocument(body)
    return " ".join(page.get_textpage().get_text_range() for page in document)


def _without(page, asked):
    """A page of results without the word asked for, nor what changes at each answer."""
    return re.sub(r'(value|nonce)="[^"]{20,}"', "", page).replace(asked, "")


def test_a_member_finds_the_word_nowhere(planted, client_of, client):
    stage, member = planted, planted.members[2]
    own, edition = Convocation.objects.get(person=member), DossierEdition.objects.get()
    mine = client_of(member)
    portal = [
        *("home", "read", "rights", "notes", "follow-ups", "receipt", "interests"),
        *("calendar", "convocation", "whole"),
    ]
    told = [
        *addresses(edition.pieces.get().item),
        *(reverse(f"portal:{name}", args=[own.uid]) for name in portal),
        *(
            reverse("portal:read-point", args=[own.uid, one.uid])
            for one in AgendaItem.objects.all()
        ),
        reverse("portal:mine"),
        f"/c/{ORG}/",
        reverse("accounts:agenda", args=[ORG]) + "?mois=2026-11",
        reverse("accounts:agenda", args=[ORG]) + "?mois=2026-12",
        reverse("documents:root", args=[ORG]),
    ]
    opened = 0
    for address in told:
        answer = mine.get(address)
        if answer.status_code == 200:
            opened += 1
            assert SECRET not in words_of(answer), address
    assert opened > 15
    search = reverse("documents:search", args=[ORG])
    told = [_without(words_of(mine.get(search, {"q": q})), q) for q in (SECRET, "zorglua")]
    assert told[0] == told[1], "the search says no more than of a word written nowhere"
    feed = feeds.open_feed(actor=stage.actor(member), now=NOW)
    assert SECRET not in words_of(
        client.get(reverse("accounts:agenda-ics", args=[mint(feed.uid, feed.generation)]))
    )
    assert SECRET not in edition.manifest
    assert SECRET in words_of(client_of(stage.dgs_person).get(addresses_of_drafts()[0])), (
        "it is there"
    )


def addresses_of_drafts():
    return [
        reverse("council:item-detail", args=[ORG, one.uid])
        for one in AgendaItem.objects.filter(title__startswith="Brouillon")
    ]
