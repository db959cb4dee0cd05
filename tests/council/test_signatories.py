"""L2122-17: an act signed by whoever acts for the mayor says so above the name."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Gender
from accounts.models import Person
from config.lib import clock
from config.lib.storage import blobs
from council.enums import ActKind, ActState, EndReason, Function, ReplacementReason, SignatureMode
from council.forms_acts import SUBJECTS
from council.models import Act, Mandate
from council.rules.nomenclature import MATTERS
from council.services import replacing
from council.services.acts import closing, drafting, orders, signatories, signing
from council.services.acts.drafting import ActContent
from council.services.acts.printing import paper_of
from council.services.acts.registers import register_of_mayor
from council.services.minutes import writing
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.test_public import words

ABSENT = "Pour le maire absent, l’adjointe au maire"


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def deputy(stage):
    who = stage.members[2]
    Person.objects.filter(pk=who.pk).update(gender=Gender.FEMININE)
    Mandate.objects.filter(assembly=stage.council, person=who).update(function=Function.DEPUTY)
    return Person.objects.get(pk=who.pk)


def replaced(stage, after, who, reason=ReplacementReason.ABSENCE, **more):
    return replacing.replace_mayor(
        actor=after,
        assembly=stage.council,
        by=stage.mandate(who),
        reason=reason,
        from_date=more.pop("from_date", TODAY),
        now=AFTER,
        **more,
    )


@pytest.mark.parametrize(
    ("reason", "woman", "said"),
    [
        (ReplacementReason.ABSENCE, False, ABSENT),
        (ReplacementReason.IMPEDIMENT, False, "Pour le maire empêché, l’adjointe au maire"),
        (ReplacementReason.IMPEDIMENT, True, "Pour la maire empêchée, l’adjointe au maire"),
        (ReplacementReason.SUSPENSION, False, "Pour le maire suspendu, l’adjointe au maire"),
        (ReplacementReason.REVOCATION, True, "Pour la maire révoquée, l’adjointe au maire"),
    ],
)
def test_the_block_of_each_reason(stage, after, deputy, reason, woman, said):
    if woman:
        Person.objects.filter(pk=stage.mayor.pk).update(gender=Gender.FEMININE)
    replaced(stage, after, deputy, reason)
    signer = signatories.signer_of(held(stage, ("Un",)), TODAY)
    assert (signer.person, signer.title) == (deputy, said)


def test_a_councillor_or_the_words_chosen_by_the_commune(stage, after, deputy):
    replaced(stage, after, stage.members[3], words="L’adjointe est souffrante.")
    meeting = held(stage, ("Un",))
    assert signatories.signer_of(meeting, TODAY).title == "Pour le maire absent, le conseiller"
    Mandate.objects.filter(assembly=stage.council, person=stage.members[3]).update(
        function_label="Premier conseiller"
    )
    signer = signatories.signer_of(meeting, TODAY)
    assert signer.title == "Pour le maire absent, premier conseiller"


def test_unsigned_deliberations_follow_who_signs_and_signed_ones_stay(stage, after, deputy):
    meeting = held(stage, ("Tarifs", "Chemin"))
    first, second = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
    assert (first.signatory, first.signatory_title) == (stage.mayor, "Le maire")
    signing.note_signature(
        actor=after, act=first, signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
    )
    Act.objects.filter(pk=second.pk).update(agreed_at=AFTER, agreed_sha256="0" * 64)
    standing = replaced(stage, after, deputy)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.signatory, first.signatory_title) == (stage.mayor, "Le maire")
    assert (second.signatory, second.signatory_title) == (deputy, ABSENT)
    assert (second.agreed_at, second.agreed_sha256) == (None, "")
    hand = paper_of(Act.objects.get(pk=second.pk)).hands[0]
    assert (hand.title, hand.name) == (ABSENT, "Jeanne MARTIN")
    replacing.end_replacement(actor=after, replacement=standing, now=AFTER)
    second.refresh_from_db()
    assert (second.signatory, second.signatory_title) == (stage.mayor, "Le maire")


def test_from_tomorrow_or_until_yesterday_the_mayor_signs(stage, after, deputy):
    replaced(stage, after, deputy, from_date=TODAY + dt.timedelta(days=1))
    (act,) = drafting.draft_deliberations(actor=after, meeting=held(stage, ("Tarifs",)), now=AFTER)
    assert act.signatory_title == "Le maire"


def test_the_night_when_a_replacement_begins_or_ends_names_who_signs(stage, after, deputy):
    meeting = held(stage, ("Tarifs",))
    (act,) = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
    day = dt.timedelta(days=1)
    replaced(stage, after, deputy, from_date=TODAY + day, to_date=TODAY + 2 * day)
    closing_words = lambda: words(closing.closing_sheet(meeting))  # noqa: E731
    for later, title in ((0, "Le maire"), (1, ABSENT), (3, "Le maire")):
        signatories.every_night(now=AFTER + later * day)
        act.refresh_from_db()
        assert act.signatory_title == title
        assert title in closing_words()
    assert "Jeanne MARTIN" not in closing_words()


def test_a_mayor_elected_since_signs_what_the_former_one_left(stage, after, deputy):
    (act,) = drafting.draft_deliberations(actor=after, meeting=held(stage, ("Tarifs",)), now=AFTER)
    Mandate.objects.filter(person=stage.mayor).update(
        to_date=TODAY, end_reason=EndReason.RESIGNATION
    )
    Mandate.objects.filter(person=deputy).update(
        function=Function.MAYOR, from_date=TODAY + dt.timedelta(days=1)
    )
    signatories.every_night(now=AFTER + dt.timedelta(days=1))
    act.refresh_from_db()
    assert (act.signatory, act.signatory_title) == (deputy, "La maire")


def test_the_minutes_name_who_signs_them_and_each_secretary(stage, after, deputy):
    meeting = held(stage, ("Tarifs",))
    minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
    standing = replaced(stage, after, deputy)
    version = writing.print_minutes(actor=after, minutes=minutes, now=AFTER)
    said = words(blobs().path(version.storage_key).read_bytes())
    assert ABSENT in said
    assert "Jeanne MARTIN" in said
    replacing.end_replacement(actor=after, replacement=standing, now=AFTER)
    assert writing.print_minutes(actor=after, minutes=minutes, now=AFTER) != version


def test_an_order_presented_to_the_deputy_says_for_whom_only_then(stage, after, deputy):
    def presented():
        order = orders.draft_act(
            actor=after,
            register=register_of_mayor(stage.organisation, ActKind.ORDER, now=AFTER),
            content=ActContent(title="Stationnement", text="Article 1"),
            now=AFTER,
        )
        return signing.present_for_signature(
            actor=after, act=order, signatory=deputy, now=AFTER
        ).signatory_title

    assert presented() == "L’adjointe au maire"
    assert orders.signatories(stage.organisation, TODAY)[0] == stage.mayor
    replaced(stage, after, deputy)
    assert presented() == ABSENT
    assert orders.signatories(stage.organisation, TODAY)[0] == deputy


def test_the_two_levels_of_the_matters_are_all_offered_in_their_domain(stage, client):
    offered = [code for _, group in SUBJECTS[1:] for code, _ in group]
    assert offered == list(MATTERS)
    # Legal reference, levels one and two: how many matters each of the nine domains has.
    assert [len(group) for _, group in SUBJECTS[1:]] == [7, 3, 6, 5, 8, 5, 10, 9, 4]
    client.force_login(stage.dgs_person)
    page = client.get(
        reverse("council:act-create", args=[stage.organisation.slug, "arrete"])
    ).content.decode()
    assert '<optgroup label="7. Finances locales">' in page
    assert '<option value="7.10">7.10 Divers</option>' in page
    assert Act.objects.filter(state=ActState.DRAFT).count() == 0
