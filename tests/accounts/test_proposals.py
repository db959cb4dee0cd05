"""An organisation proposes; the person behind an identifier, if any, decides. Nothing is told."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Invitation, Mail, Membership
from accounts.services import keeping, proposing

ADDRESS = "/c/saint-aubin/personnes/connue/"
KNOWN, UNKNOWN = "Sophie.Bertin", "Sophie.Berton"


def _propose(client, identifier: str, capacity: str = "external"):
    return client.post(ADDRESS, {"identifier": identifier, "capacity": capacity}, follow=True)


def _words(answer, identifier: str) -> str:
    """The page, but for the identifier itself and what changes with every request."""
    text = answer.content.decode().replace(identifier, "X")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "U", text)
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", text)


def test_the_answer_is_the_same_whether_somebody_signs_in_with_it_or_not(cast, client_of, run_jobs):
    pages, statements = [], []
    for identifier in (KNOWN, UNKNOWN):
        Invitation.objects.all().delete()
        nadia = client_of(cast.nadia)
        nadia.get("/c/saint-aubin/personnes/")
        with CaptureQueriesContext(connection) as asked:
            answer = _propose(nadia, identifier)
        pages.append(_words(answer, identifier))
        statements.append(len(asked))
        run_jobs()
        # Written or not, the list that the direction sees afterwards is the same too.
        pages.append(_words(nadia.get("/c/saint-aubin/personnes/"), identifier))
    assert pages[0] == pages[2]
    assert pages[1] == pages[3]
    assert statements[0] == statements[1]
    assert "Rien ne lui est ouvert avant son accord" in pages[0]
    assert "Bertin" not in pages[0]
    assert Membership.objects.filter(person=cast.sophie, organisation=cast.saint_aubin).count() == 0


def test_the_person_is_written_to_accepts_and_enters(cast, client_of, run_jobs, mailoutbox):
    _propose(client_of(cast.nadia), KNOWN)
    run_jobs()
    assert [m.subject for m in mailoutbox] == [
        "Sophie Bertin — Saint-Aubin-le-Parvis vous propose d’y travailler aussi"
    ]
    assert "/compte/organisations/" in mailoutbox[0].body
    sophie = client_of(cast.sophie)
    assert sophie.get("/c/saint-aubin/").status_code == 404
    page = sophie.get("/compte/organisations/").content.decode()
    assert "Nadia Morel vous propose de rejoindre Saint-Aubin-le-Parvis" in page
    proposal = Invitation.objects.get()
    done = sophie.post(reverse("accounts:proposal-accept", args=[proposal.uid]))
    assert done["Location"] == "/c/saint-aubin/"
    assert sophie.get("/c/saint-aubin/").status_code == 200
    entry = AuditEntry.objects.get(verb="accounts.invitation.accepted")
    assert (entry.actor_uid, entry.organisation_uid) == (cast.sophie.uid, cast.saint_aubin.uid)
    shown = client_of(cast.nadia).get("/c/saint-aubin/personnes/").content.decode()
    assert "Sophie Bertin" in shown
    assert "Propositions en attente" not in shown
    again = sophie.post(reverse("accounts:proposal-accept", args=[proposal.uid]), follow=True)
    assert "n’est plus valable" in again.content.decode()


def test_a_refusal_looks_like_silence_and_nobody_is_asked_twice(cast, client_of, run_jobs):
    nadia = client_of(cast.nadia)
    _propose(nadia, KNOWN)
    run_jobs()
    before = _words(nadia.get("/c/saint-aubin/personnes/"), KNOWN)
    proposal = Invitation.objects.get()
    client_of(cast.sophie).post(reverse("accounts:proposal-decline", args=[proposal.uid]))
    assert _words(nadia.get("/c/saint-aubin/personnes/"), KNOWN) == before
    assert "C’est noté" in _propose(nadia, KNOWN.lower()).content.decode()
    run_jobs()
    assert Invitation.objects.count() == 1
    assert Mail.objects.filter(kind="accounts.proposal").count() == 1
    assert (
        "vous propose" not in client_of(cast.sophie).get("/compte/organisations/").content.decode()
    )


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_only_the_person_behind_the_identifier_answers(cast, client_of, verb):
    _propose(client_of(cast.nadia), KNOWN)
    proposal = Invitation.objects.get()
    address = reverse(f"accounts:proposal-{verb}", args=[proposal.uid])
    answer = client_of(cast.karim).post(address, follow=True)
    assert "n’est plus valable" in answer.content.decode()
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_a_proposal_is_withdrawn_by_its_organisation_only_and_forgotten_in_time(cast, client_of):
    nadia = client_of(cast.nadia)
    _propose(nadia, KNOWN)
    proposal = Invitation.objects.get()
    theirs = reverse("accounts:proposal-withdraw", args=["valmorel", proposal.uid])
    client_of(cast.sophie).post(theirs)
    proposal.refresh_from_db()
    assert proposal.state == "open"
    agent = client_of(cast.julien)
    mine = reverse("accounts:proposal-withdraw", args=["saint-aubin", proposal.uid])
    assert agent.post(mine).status_code == 403
    nadia.post(mine)
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    assert not proposing.waiting_for(cast.sophie, now=cast.now).exists()
    keeping.every_night(now=proposal.expires_at)
    assert not Invitation.objects.exists()


def test_an_identifier_already_taken_here_is_answered_like_the_others(cast, client_of):
    nadia = client_of(cast.nadia)
    assert "C’est noté" in _propose(nadia, "julien.petit", "agent").content.decode()
    julien = client_of(cast.julien)
    proposal = Invitation.objects.get()
    answer = julien.post(reverse("accounts:proposal-accept", args=[proposal.uid]), follow=True)
    assert "déjà cette qualité" in answer.content.decode()
