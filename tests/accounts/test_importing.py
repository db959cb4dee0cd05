"""People from a spreadsheet: looked at first, each line explained, all or nothing, never twice."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Mail, Membership, Person, TeamMembership
from accounts.services import importing
from config.lib.access import Refused

ADDRESS = "/c/saint-aubin/personnes/importer/"
HEAD = "civilité;prénom;nom;courriel;téléphone;qualité;fonction;équipes;du;au;inviter\r\n"
GOOD = (
    "Mme;Élodie;Zémour;elodie@exemple.fr;;agent;Accueil;Urbanisme, État civil;01/02/2026;;oui\r\n"
    "M.;Paul;Noël;;04 70 00 00 00;élu;;;;;non\r\n"
)


def _file(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("personnes.csv", content)}


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + GOOD).encode(),
        b"\xef\xbb\xbf" + (HEAD + GOOD).encode(),
        (HEAD + GOOD).encode("cp1252"),
        (HEAD + GOOD).replace(", ", "¤").replace(";", ",").replace("¤", " ").encode(),
    ],
    ids=["utf-8", "with its mark", "windows", "commas"],
)
def test_whatever_the_spreadsheet_writes_is_read(cast, client_of, content):
    nadia = client_of(cast.nadia)
    seen = nadia.post(ADDRESS, _file(content.replace(b"Urbanisme \xc3\x89tat civil", b"Urbanisme")))
    html = seen.content.decode()
    assert seen.status_code == 200, html
    assert "Élodie Zémour" in html
    assert "Paul Noël" in html
    assert "Enregistrer 2\xa0lignes" in html
    assert not Person.objects.filter(family_name="Zémour").exists()


def test_the_file_is_seen_then_saved_whole_then_changes_nothing_more(cast, client_of, run_jobs):
    nadia = client_of(cast.nadia)
    done = nadia.post(ADDRESS, {"text": HEAD + GOOD}, follow=True)
    assert "2\xa0lignes enregistrées, dont 2\xa0nouvelles personnes" in done.content.decode()
    elodie = Person.objects.get(family_name="Zémour")
    assert elodie.gender == "f"
    membership = Membership.objects.get(person=elodie)
    assert (membership.capacity, membership.job_title) == ("agent", "Accueil")
    assert membership.from_date.isoformat() == "2026-02-01"
    assert TeamMembership.objects.filter(person=elodie).count() == 2
    assert Mail.objects.filter(person=elodie, kind="accounts.invitation").count() == 1
    before = (Person.objects.count(), Membership.objects.count(), TeamMembership.objects.count())
    again = nadia.post(ADDRESS, _file((HEAD + GOOD).encode())).content.decode()
    assert again.count("rien n’est créé en double") == 2
    nadia.post(ADDRESS, {"text": HEAD + GOOD})
    after = (Person.objects.count(), Membership.objects.count(), TeamMembership.objects.count())
    assert after == before


def test_each_wrong_line_says_why_and_nothing_is_saved(cast, client_of):
    nadia = client_of(cast.nadia)
    wrong = HEAD + (
        "Mme;Anne;Bon;anne@exemple.fr;;agent;;;;;\r\n"
        "Docteur;;Sans;pas-une-adresse;;chef;;Voirie;31/02/2026;;peut-être\r\n"
        "M.;Luc;Inverse;;;agent;;;02/01/2026;01/01/2026;oui\r\n"
        "Mme;Anne;Bon;anne@exemple.fr;;agent;;;;;\r\n"
        "M.;Jean;Chef;;;agent;;Direction générale;;;\r\n"
    )
    answer = nadia.post(ADDRESS, _file(wrong.encode()))
    assert answer.status_code == 422
    html = answer.content.decode()
    for words in (
        "4\xa0lignes sont à corriger",
        "Le prénom manque.",
        "écrivez Mme ou M., pas « Docteur »",
        "n’est pas une adresse de courriel",
        "écrivez agent, élu ou partenaire, pas « chef »",
        "L’équipe « Voirie » n’existe pas",
        "écrivez la date comme 31/12/2026, pas « 31/02/2026 »",
        "écrivez oui ou non",
        "La fin précède le début.",
        "il faut son courriel",
        "La même personne est déjà à la ligne 2.",
        "On n’entre pas à la direction générale par un fichier.",
    ):
        assert words in html, words
    forced = nadia.post(ADDRESS, {"text": wrong})
    assert forced.status_code == 422
    assert "rien n’a été enregistré" in forced.content.decode()
    assert not Person.objects.filter(family_name="Bon").exists()


def test_a_line_that_fails_while_saving_undoes_those_before_it(cast, client_of):
    # Julien already belongs, later: the dates overlap only when they are written.
    Membership.objects.filter(person=cast.julien).update(from_date="2030-01-01")
    text = HEAD + "M.;Paul;Noël;;;élu;;;;;\r\nM.;Julien;Petit;;;agent;;;;;\r\n"
    answer = client_of(cast.nadia).post(ADDRESS, {"text": text})
    assert answer.status_code == 422
    assert "Ligne 3 : Cette personne a déjà cette qualité" in answer.content.decode()
    assert not Person.objects.filter(family_name="Noël").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x00\x00", "Ce n’est pas un fichier CSV"),
        (b"a;b;c\r\n1;2;3\r\n", "Il manque la colonne « prénom »"),
        (HEAD.encode(), "ne contient aucune personne"),
        ((HEAD + "M.;A;B;;;agent;;;;;\r\n" * 501).encode(), "Plus de 500 lignes"),
    ],
)
def test_a_file_that_makes_no_sense_says_what_to_do(cast, client_of, content, words):
    answer = client_of(cast.nadia).post(ADDRESS, _file(content))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_people_known_elsewhere_on_the_platform_are_strangers_here(cast):
    def told(name: str, address: str) -> list[str]:
        given, family = name.split()
        text = HEAD + f"Mme;{given};{family};{address};;external;;;;;\r\n".replace(
            "external", "partenaire"
        )
        return [entry.outcome for entry in importing.look(actor=cast.dgs, text=text)]

    assert told("Sophie Bertin", "sophie.bertin@exemple.fr") == told("Sofia Berton", "s@exemple.fr")
    assert told("Sophie Bertin", "") == ["Nouvelle personne."]
    assert told("Karim Haddad", "") == ["Déjà connue ici : une appartenance de plus."]


def test_two_of_the_same_name_here_are_told_apart_by_their_address(cast):
    twin = Person.objects.create(given_name="Julien", family_name="Petit", email="autre@exemple.fr")
    Membership.objects.create(
        organisation=cast.saint_aubin, person=twin, capacity="agent", from_date="2026-01-01"
    )
    one = importing.look(actor=cast.dgs, text=HEAD + "M.;Julien;PETIT;;;agent;;;;;\r\n")[0]
    assert "précisez le courriel" in one.outcome
    two = importing.look(
        actor=cast.dgs, text=HEAD + "M.;julien;petit;AUTRE@exemple.fr;;agent;;;;;\r\n"
    )[0]
    assert two.known == twin


def test_only_the_direction_imports_and_the_model_can_be_read_back(cast, client_of):
    with pytest.raises(Refused):
        importing.look(actor=cast.actor(cast.julien), text=HEAD + GOOD)
    assert client_of(cast.julien).post(ADDRESS, {"text": HEAD + GOOD}).status_code == 403
    assert client_of(cast.sophie).post(ADDRESS, {"text": HEAD + GOOD}).status_code == 404
    model = client_of(cast.nadia).get(ADDRESS + "modele.csv")
    entries = importing.look(actor=cast.dgs, text=importing.decode(model.content))
    assert [entry.name for entry in entries] == ["Jeanne Exemple", "Paul Exemple"]
