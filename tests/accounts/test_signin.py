"""The door: who enters, who waits, what a forgotten password does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password
from django.urls import reverse

from accounts.links import Purpose, make_token
from accounts.models import AuditEntry, FailedSignIn, Person, SignedInSession
from accounts.services import sessions, throttling
from config.lib import clock
from config.lib.http import client_address
from tests.personas import password_of

SIGN_IN = "/connexion/"


def _try(client, identifier, password, **more):
    return client.post(SIGN_IN, {"identifier": identifier, "password": password}, **more)


def test_the_identifier_ignores_case_and_spaces(cast, client):
    answer = _try(client, "  Julien.PETIT ", password_of(cast.julien))
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == "/c/saint-aubin/"


def test_a_wrong_password_and_an_unknown_identifier_get_the_same_answer(cast, client):
    wrong = _try(client, "julien.petit", "pas le bon")
    unknown = _try(client, "personne.ici", "pas le bon")
    assert wrong.status_code == unknown.status_code == 422
    sentence = "L’identifiant ou le mot de passe ne convient pas."
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()


def test_someone_without_account_does_not_sign_in(cast, client):
    assert _try(client, "", "").status_code == 422
    assert _try(client, "rene.lacombe", "x").status_code == 422


def test_passwords_are_kept_with_argon2_in_production():
    assert django_settings.PASSWORD_HASHERS[1].endswith("Argon2PasswordHasher")
    hashed = make_password("un mot de passe assez long", hasher="argon2")
    assert identify_hasher(hashed).algorithm == "argon2"
    assert get_hasher("argon2").verify("un mot de passe assez long", hashed)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/c/saint-aubin/messages/", "/c/saint-aubin/messages/"),
        ("https://ailleurs.exemple/", "/"),
        ("//ailleurs.exemple/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_one_goes_on_to_where_one_was_going_on_this_site_only(cast, client, wanted, reached):
    answer = client.post(
        SIGN_IN,
        {"identifier": "julien.petit", "password": password_of(cast.julien), "next": wanted},
    )
    assert answer["Location"] == reached


# -- slowing down -------------------------------------------------------------------------------


def test_after_a_few_mistakes_each_try_waits_and_the_right_password_too(cast, client):
    for _ in range(throttling.FREE_TRIES + 1):
        assert _try(client, "julien.petit", "faux").status_code == 422
    held = _try(client, "julien.petit", password_of(cast.julien))
    assert held.status_code == 429
    assert "Réessayez dans" in held.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_wait_doubles_and_stops_growing(db):
    at = clock.now()
    waits = []
    for _ in range(14):
        throttling.remember_failure("x", "192.0.2.1", now=at)
        waits.append(throttling.wait_before("x", "192.0.2.1", now=at))
    assert waits[: throttling.FREE_TRIES] == [timedelta(0)] * throttling.FREE_TRIES
    rising = waits[throttling.FREE_TRIES :]
    assert rising[0] == throttling.FIRST_WAIT
    assert rising[1] == 2 * throttling.FIRST_WAIT
    assert rising[-1] == throttling.LONGEST_WAIT
    later = at + throttling.WINDOW + timedelta(seconds=1)
    assert throttling.wait_before("x", "192.0.2.1", now=later) == timedelta(0)


def test_one_agent_s_mistakes_do_not_hold_the_others_behind_the_same_address(cast, client):
    town_hall = {"REMOTE_ADDR": "192.0.2.7"}
    for _ in range(30):
        _try(client, "julien.petit", "faux", **town_hall)
    assert _try(client, "claire.fontaine", password_of(cast.claire), **town_hall).status_code == 302


def test_somebody_guessing_from_elsewhere_does_not_hold_the_person_at_work(cast, client):
    at = clock.now()
    work = "192.0.2.7"
    _try(client, "julien.petit", password_of(cast.julien), REMOTE_ADDR=work)
    for n in range(throttling.TRIES_ON_IDENTIFIER):
        throttling.remember_failure("julien.petit", f"198.51.100.{n}", now=at)
    assert throttling.wait_before("julien.petit", work, now=at) == timedelta(0)
    assert throttling.wait_before("julien.petit", "203.0.113.9", now=at) > timedelta(0)


def test_the_platform_slows_strangers_down_when_everybody_is_guessed(cast):
    at = clock.now()
    FailedSignIn.objects.bulk_create(
        FailedSignIn(identifier_key=throttling.key_of(str(n)), address="198.51.100.1", at=at)
        for n in range(throttling.TRIES_ON_PLATFORM)
    )
    wait = throttling.wait_before("julien.petit", "203.0.113.9", now=at)
    assert timedelta(0) < wait <= throttling.SOFT_WAIT


def test_a_colleague_s_open_session_keeps_the_town_hall_s_door_open(cast, client):
    at, work = clock.now(), "192.0.2.7"
    _try(client, "claire.fontaine", password_of(cast.claire), REMOTE_ADDR=work)
    for n in range(throttling.TRIES_ON_IDENTIFIER):
        throttling.remember_failure("julien.petit", f"198.51.100.{n}", now=at)
    assert throttling.wait_before("julien.petit", work, now=at) == timedelta(0)


@pytest.mark.parametrize(
    ("forwarded", "trusted", "expected"),
    [
        ("203.0.113.5", True, "203.0.113.5"),
        ("198.51.100.9, 203.0.113.5", True, "203.0.113.5"),
        ("", True, "172.18.0.2"),
        ("pas une adresse", True, ""),
        ("203.0.113.5", False, "172.18.0.2"),
    ],
)
def test_behind_the_proxy_the_address_is_the_one_that_it_saw(
    rf, settings, forwarded, trusted, expected
):
    settings.TRUST_FORWARDED_FOR = trusted
    request = rf.get("/", REMOTE_ADDR="172.18.0.2", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected


def test_what_is_typed_as_identifier_is_not_kept(cast, client):
    _try(client, "mon mot de passe tapé trop tôt", "x")
    assert "passe" not in FailedSignIn.objects.get().identifier_key


def test_the_right_password_starts_afresh(cast, client):
    _try(client, "julien.petit", "faux")
    _try(client, "julien.petit", password_of(cast.julien))
    assert not FailedSignIn.objects.exists()


# -- sessions -----------------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_my_open_sessions_are_listed_and_can_be_closed(cast, client):
    from tests.conftest import StrictClient

    phone = StrictClient()
    _try(phone, "julien.petit", password_of(cast.julien), HTTP_USER_AGENT="iPhone Safari/604")
    _try(client, "julien.petit", password_of(cast.julien), HTTP_USER_AGENT=FIREFOX)
    page = client.get("/compte/").content.decode()
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    other = SignedInSession.objects.get(device="Safari, iPhone")
    client.post(reverse("accounts:session-close", args=[other.uid]))
    assert phone.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


def test_a_session_used_again_another_day_says_so(cast, client):
    _try(client, "julien.petit", password_of(cast.julien))
    long_ago = clock.now() - timedelta(days=3)
    SignedInSession.objects.update(last_seen_at=long_ago)
    client.get("/compte/")
    assert SignedInSession.objects.get().last_seen_at == long_ago
    session = client.session
    session["seen_on"] = long_ago.date().isoformat()
    session.save()
    client.get("/c/saint-aubin/")
    assert SignedInSession.objects.get().last_seen_at > long_ago


def test_nobody_closes_the_session_of_another(cast, client, client_of):
    _try(client, "julien.petit", password_of(cast.julien))
    mine = SignedInSession.objects.get()
    address = reverse("accounts:session-close", args=[mine.uid])
    assert client_of(cast.nadia).post(address).status_code == 404
    assert SignedInSession.objects.filter(pk=mine.pk).exists()


def test_a_changed_password_closes_the_other_sessions_and_keeps_this_one(cast, client):
    from tests.conftest import StrictClient

    other = StrictClient()
    _try(other, "julien.petit", password_of(cast.julien))
    _try(client, "julien.petit", password_of(cast.julien))
    new = "quatre mots sans rapport"
    form = {"current": password_of(cast.julien), "password": new, "again": new}
    assert client.post("/compte/mot-de-passe/", form).status_code == 302
    assert client.get("/compte/").status_code == 200
    assert other.get("/compte/").status_code == 302
    assert SignedInSession.objects.filter(person=cast.julien).count() == 1
    assert _try(StrictClient(), "julien.petit", new).status_code == 302


def test_signing_out_ends_the_session_and_is_a_post(cast, client):
    _try(client, "julien.petit", password_of(cast.julien))
    assert client.get("/connexion/fin/").status_code == 405
    client.post("/connexion/fin/")
    assert client.get("/compte/").status_code == 302
    assert not SignedInSession.objects.exists()
    verbs = set(AuditEntry.objects.filter(actor_uid=cast.julien.uid).values_list("verb", flat=True))
    assert {"accounts.session.opened", "accounts.session.closed"} <= verbs


@pytest.mark.parametrize(
    ("agent", "name"),
    [(FIREFOX, "Firefox, Windows"), ("", "Navigateur, appareil inconnu")],
)
def test_a_device_has_a_name_one_recognises(agent, name):
    assert sessions.device_name(agent) == name


# -- forgotten ----------------------------------------------------------------------------------


def _links(mails):
    return [
        re.search(r"http\S+/connexion/\S+", m.body).group().replace("http://localhost:8000", "")
        for m in mails
    ]


def test_people_who_share_a_mailbox_each_get_their_own_link(cast, client, run_jobs, mailoutbox):
    Person.objects.filter(pk__in=[cast.jeanne.pk, cast.michel.pk]).update(email="couple@exemple.fr")
    answer = client.post("/connexion/oubli/", {"who": "COUPLE@exemple.fr"})
    assert answer["Location"] == "/connexion/oubli/suite/"
    run_jobs()
    assert {m.subject.split(" — ")[0] for m in mailoutbox} == {"Jeanne Martin", "Michel Garnier"}
    jeanne = next(m for m in mailoutbox if "Jeanne" in m.subject)
    page = client.get(_links([jeanne])[0]).content.decode()
    assert "Jeanne Martin" in page
    assert "Michel" not in page


def test_the_answer_is_the_same_whether_the_account_exists_or_not(
    cast, client, run_jobs, mailoutbox
):
    known = client.post("/connexion/oubli/", {"who": "julien.petit"})
    unknown = client.post("/connexion/oubli/", {"who": "personne@exemple.fr"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    run_jobs()
    assert len(mailoutbox) == 1


def test_a_reset_link_works_once_and_signs_in(cast, client, run_jobs, mailoutbox):
    client.post("/connexion/oubli/", {"who": "julien.petit"})
    run_jobs()
    link = _links(mailoutbox)[0]
    new = "quatre mots sans rapport"
    looked = client.get(link)
    assert looked["Referrer-Policy"] == "no-referrer"
    assert client.post(link, {"password": new, "again": new})["Location"] == "/"
    assert client.get("/compte/").status_code == 200
    assert client.get(link).status_code == 410


def test_a_weak_password_is_refused_with_the_reason(cast, client):
    link = reverse("accounts:set-password", args=[make_token(cast.julien, Purpose.RESET)])
    answer = client.post(link, {"password": "court", "again": "court"})
    assert answer.status_code == 422
    assert "12" in answer.content.decode()
    different = client.post(link, {"password": "quatre mots sans rapport", "again": "autre chose"})
    assert "ne sont pas les mêmes" in different.content.decode()


def test_a_link_made_for_one_thing_does_not_do_another(cast, client):
    token = make_token(cast.julien, Purpose.CONFIRM_EMAIL)
    assert client.get(reverse("accounts:set-password", args=[token])).status_code == 410
    token = make_token(cast.julien, Purpose.RESET)
    assert client.get(reverse("accounts:confirm-email", args=[token])).status_code == 410
    assert client.get(reverse("accounts:set-password", args=[token[:-2] + "xx"])).status_code == 410


def test_asking_again_and_again_does_not_fill_a_mailbox(cast, client, run_jobs, mailoutbox):
    for n in range(12):
        client.post("/connexion/oubli/", {"who": "julien.petit"}, REMOTE_ADDR=f"192.0.2.{n}")
    run_jobs()
    assert len(mailoutbox) == 4


# -- the test message ---------------------------------------------------------------------------


def test_looking_at_the_test_message_changes_nothing_and_its_button_confirms(cast, client):
    Person.objects.filter(pk=cast.jeanne.pk).update(email_confirmed_at=None)
    cast.jeanne.refresh_from_db()
    link = reverse("accounts:confirm-email", args=[make_token(cast.jeanne, Purpose.CONFIRM_EMAIL)])
    assert "Vous êtes bien Jeanne Martin" in client.get(link).content.decode()
    cast.jeanne.refresh_from_db()
    assert cast.jeanne.email_confirmed_at is None
    client.post(link)
    cast.jeanne.refresh_from_db()
    assert cast.jeanne.email_confirmed_at is not None
    # An old message may be opened again.
    assert "Merci" in client.get(link).content.decode()
