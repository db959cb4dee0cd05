"""A session prepared elsewhere: read in words, taken in whole or not at all, hostile or not."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Mail
from config.lib.access import Refused
from config.lib.storage import blobs
from config.work.models import Job
from council.dossier import described
from council.dossier.described import Described, NotDescribed
from council.enums import ItemKind, ItemState, PreparedState
from council.models import AgendaItem, Convocation, Meeting, PreparedSession
from council.services.brought import archive, looking, taking_in
from council.services.brought.archive import NotASession
from documents.models import Document, Folder
from documents.services import filing
from tests.council.stage import NOV_30, NOW
from tests.council.test_texts import docx

PAGE = Path(__file__).parents[2] / "docs" / "session-import.md"
EXAMPLE = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1]  # type: ignore[index]
GIF = b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x00\x00\x00;"


def packed(**files):
    """A ZIP of these files; « __ » in a name is a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def told(**more):
    return json.dumps({"points": [{"titre": "Chemin"}], **more})


def example(**more):
    """The archive of the page of documentation, its picture called PDF."""
    return packed(
        **{
            "seance.json": EXAMPLE,
            "annexes__Grille des tarifs.pdf": b"%PDF-1.4 tarifs",
            "annexes__Plan.pdf": GIF,
            "textes__Travaux.docx": docx(("Normal", "Le chemin est refait.")),
            "__MACOSX__._seance.json": b"x",
            **more,
        }
    )


def bring(stage, content, *, who=None, body=None):
    return taking_in.bring(
        actor=who or stage.dgs,
        assembly=body or stage.council,
        folder=stage.root,
        received=filing.receive(io.BytesIO(content), "Séance.zip"),
        now=NOW,
    )


def confirm(stage, brought, *, who=None, kept=range(1, 100), starts_at=NOV_30, place="Salle"):
    return taking_in.confirm(
        actor=who or stage.dgs,
        brought=brought,
        kept=set(kept),
        starts_at=starts_at,
        place=place,
        now=NOW,
    )


def take(brought):
    return taking_in.take_in(brought_id=brought.pk, now=NOW, heartbeat=lambda: None)


def seen(stage, content):
    return looking.look(actor=stage.dgs, brought=bring(stage, content))


# --- what a description says -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"matiere": "7-10"}, {"subject_code": "7.10"}),
        ({"matiere": "7/5"}, {"subject_code": "7.5"}),
        ({"matiere": "12.4"}, {"subject_code": "", "doubts": 1}),
        ({"matiere": 7.1}, {"subject_code": "7.1", "doubts": 1}),
        ({"nature": "voeu"}, {"kind": ItemKind.WISH.value}),
        ({"nature": "Poème"}, {"kind": ItemKind.DELIBERATION.value, "doubts": 1}),
        ({"huis_clos": True}, {"closed_doors": True}),
        ({"texte": "<p>Un <b>mot</b></p><script>x</script>"}, {"text": "Un **mot**"}),
        ({"annexes": "../../etc/passwd"}, {"files": ("etc/passwd",)}),
        ({"titre": "a\u0000b\ud800"}, {"title": "a b?"}),
        ({"titre": "x" * 500}, {"title": "x" * 400, "doubts": 1}),
        ({"annexes": [None, 3, {"fichier": "a.pdf"}, {}]}, {"files": ("3", "a.pdf")}),
    ],
)
def test_each_word_of_a_point(given, expected):
    (point,) = described.read_json(
        json.dumps({"points": [{"titre": "Objet", **given}]}).encode()
    ).points
    for name, value in expected.items():
        found = getattr(point, name)
        assert (len(found) if name == "doubts" else found) == value


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_spreadsheets_in_the_encodings_of_town_halls(encoding):
    read = described.read_csv(
        {
            "points.csv": "Titre;Matière;Huis clos;Annexes\nÉcole;8.1;oui;a.pdf|b.pdf\n".encode(
                encoding
            ),
            "seance.csv": "Commune;Date;Heure\nSaint-Aubin;14/12/2026;20 h 30\n".encode(encoding),
            "membres.csv": "Prénom;Nom\nRené;Lacombe\n".encode(encoding),
        }
    )
    (point,) = read.points
    assert (point.title, point.subject_code, point.closed_doors) == ("École", "8.1", True)
    assert (point.files, point.line) == (("a.pdf", "b.pdf"), 2)
    assert (read.organisation, read.day, read.hour) == ("Saint-Aubin", "2026-12-14", "20:30")
    assert read.members == ("René Lacombe",)
    assert Described.again(json.loads(json.dumps(read.kept()))) == read


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"points": []}',
        b'{"points": {}}',
        b"[" * 100_000,
        json.dumps({"points": [{}] * 201}).encode(),
        b" " * (described.MOST_BYTES + 1),
    ],
)
def test_a_description_that_makes_no_sense_is_refused_in_words(content):
    with pytest.raises(NotDescribed, match=r"\w+ .*[.}:]"):
        described.read_json(content)


# --- hostile archives --------------------------------------------------------------------------


def locked():
    content = bytearray(packed(**{"seance.json": told()}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def many():
    return packed(**{f"{n}.txt": b"" for n in range(archive.MOST_ENTRIES + 1)})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"rien", "n’est pas une archive"),
        (lambda: example()[:-40], "n’est pas une archive"),
        (locked, "mot de passe"),
        (many, "trop de fichiers"),
        (lambda: packed(**{"seance.json": told(), "zéros": b"\0" * 90_000_000}), "démesurés"),
        (lambda: packed(**{"a.pdf": b"x"}), "Aucune description"),
        (lambda: packed(**{"a__seance.json": told(), "b__seance.json": told()}), "plusieurs"),
        (lambda: packed(**{"seance.json": told(), "points.csv": "titre\nA\n"}), "gardez-en un"),
    ],
)
def test_an_archive_that_cannot_be_taken_leaves_nothing(stage, content, said):
    with pytest.raises(NotASession, match=said):
        bring(stage, content())
    assert not PreparedSession.objects.exists()
    assert not Document.objects.exists()


def test_a_way_upwards_is_a_plain_name_below(stage):
    content = packed(
        **{
            "seance.json": told(points=[{"titre": "A", "annexes": ["../mur.txt"]}]),
            "..__..__mur.txt": b"mur",
        }
    )
    (line,) = seen(stage, content).lines
    assert line.files == ["mur.txt"]


# --- in words ----------------------------------------------------------------------------------


def test_what_would_be_made_is_told_point_by_point(stage):
    look = seen(stage, example(**{"oublié.txt": b"seul"}))
    first, second = look.lines
    assert look.stops == []
    assert look.told.day == "2026-12-14"
    assert first.rapporteur == stage.members[2]
    assert first.files == ["annexes/Grille des tarifs.pdf", "annexes/Plan.pdf"]
    assert any("GIF" in one for one in first.made)
    assert any("Plan.pdf" in one and "GIF" in one for one in first.doubts)
    assert second.text_file == "textes/Travaux.docx"
    assert second.doubts == ["La note de synthèse manque."]
    assert look.unnamed == ["oublié.txt"]
    assert any("8 décembre 2026" in one and "n’envoie rien" in one for one in look.doubts)
    assert "Paul Martin siège ici et n’est pas dans le fichier." in look.people
    assert not any("Lacombe" in one for one in look.people)


def test_doubles_unknown_people_and_missing_files_are_said_and_left_unticked(stage):
    stage.item("Tarifs de la cantine")
    points = [
        {"titre": "TARIFS de la cantine"},
        {"titre": "École", "rapporteur": "Inconnue Zélie", "annexes": ["perdu.pdf", "vide.pdf"]},
        {"titre": "ecole"},
        {"titre": ""},
        {"titre": "Approbation du procès-verbal du 12 mars"},
        {"titre": "Texte", "texte_fichier": "image.docx"},
    ]
    content = packed(
        **{
            "seance.json": told(
                points=points, membres=["Zélie Inconnue"], seance={"date": "32/1/2026"}
            ),
            "vide.pdf": b"",
            "image.docx": GIF,
        }
    )
    look = seen(stage, content)
    assert [line.keep for line in look.lines] == [False, True, False, False, False, True]
    words = [" ".join(line.doubts) for line in look.lines]
    assert "les points en attente" in words[0]
    assert "ne siège pas ici" in words[1]
    assert "perdu.pdf" in words[1]
    assert "vide" in words[1]
    assert "la ligne 2 du même fichier" in words[2]
    assert not look.lines[3].possible
    assert "Parvis inscrit lui-même" in words[4]
    assert "n’est pas repris" in words[5]
    assert look.lines[5].files == ["image.docx"]
    assert look.people[0] == "Zélie Inconnue ne siège pas ici : aucun siège n’est créé."
    assert any("ne se lit pas" in one for one in look.doubts)


@pytest.mark.parametrize(
    ("whose", "stopped"),
    [
        ({"nom": "Valmorel"}, True),
        ({"nom": "SAINT-AUBIN"}, False),
        ({"nom": "Commune de Saint-Aubin"}, False),
        ({"nom": "Saint-Aubin", "siren": "217500016"}, True),
        ({"siren": "218 601 946"}, False),
        ("Valmorel", True),
        ({}, False),
    ],
)
def test_another_commune_s_session_is_refused(stage, whose, stopped):
    stage.organisation.siren = "218601946"
    stage.organisation.save()
    brought = bring(stage, packed(**{"seance.json": told(commune=whose)}))
    look = looking.look(actor=stage.dgs, brought=brought)
    assert bool(look.stops) is stopped
    if stopped:
        with pytest.raises(taking_in.NotPossible, match="pas de « Saint Aubin »"):
            confirm(stage, brought)


# --- taken in ----------------------------------------------------------------------------------


def test_the_example_of_the_page_becomes_a_meeting_and_nothing_leaves(stage, run_jobs):
    content = example()
    brought = bring(stage, content)
    confirm(stage, brought)
    confirm(stage, brought)  # a second click
    assert Job.objects.filter(kind=taking_in.TAKE_IN).count() == 1
    run_jobs()
    brought.refresh_from_db()
    assert brought.state == PreparedState.DONE
    assert brought.problem == ""
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.place, meeting.convened_at) == (NOV_30, "Salle", None)
    first, second = AgendaItem.objects.filter(meeting=meeting).order_by("position")
    assert {first.state, second.state} == {ItemState.LISTED}
    assert (first.title, first.subject_code) == ("Tarifs de la cantine", "7.10")
    assert first.rapporteur == stage.members[2]
    assert "3,40" in first.proposed_text
    pieces = [row.document for row in first.pieces.order_by("position")]
    assert [one.title for one in pieces] == ["Grille des tarifs.pdf", "Plan.gif"]
    assert pieces[0].folder.name == "2026-11-30 Conseil municipal"
    assert second.proposed_text == "Le chemin est refait."
    assert not Convocation.objects.exists()
    assert not Mail.objects.exists()
    # The same archive, once more.
    again = bring(stage, content)
    with pytest.raises(taking_in.NotPossible, match="déjà été reprise"):
        confirm(stage, again)
    assert take(brought) == meeting
    assert Meeting.objects.count() == 1


def test_stopped_in_the_middle_it_leaves_nothing_and_begins_again(stage, monkeypatch):
    brought = confirm(stage, bring(stage, example()), kept=[1])
    documents, made = Document.objects.count(), taking_in.pieces.join_document

    def cut(**given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(taking_in.pieces, "join_document", cut)
        with pytest.raises(KeyboardInterrupt):
            take(brought)
    assert taking_in.pieces.join_document is made
    assert not Meeting.objects.exists()
    assert Document.objects.count() == documents
    assert Folder.objects.count() == 1
    meeting = take(brought)
    assert meeting is not None
    assert [one.title for one in meeting.items.all()] == ["Tarifs de la cantine"]


def test_what_changed_before_the_job_stops_it_in_words_and_it_may_be_confirmed_again(stage):
    brought = confirm(stage, bring(stage, example()))
    blobs().delete(brought.archive.storage_key)
    assert take(brought) is None
    brought.refresh_from_db()
    assert brought.state == PreparedState.FAILED
    assert "jusqu’au bout" in brought.problem
    assert not Meeting.objects.exists()
    assert confirm(stage, brought).state == PreparedState.RUNNING


def test_with_steps_of_validation_points_stay_drafts_aimed_at_the_meeting(stage):
    from council.enums import Function
    from council.models import ValidationStep

    ValidationStep.objects.create(
        organisation=stage.organisation,
        assembly=stage.council,
        position=1,
        name="Maire",
        function=Function.MAYOR,
    )
    meeting = take(confirm(stage, bring(stage, example())))
    assert {one.state for one in meeting.items.all()} == {ItemState.DRAFT}


# --- who may -----------------------------------------------------------------------------------


def test_only_those_who_prepare_the_body(stage, elsewhere):
    for who in (stage.actor(stage.agent), stage.maire, elsewhere.dgs):
        with pytest.raises(Refused):
            bring(stage, example(), who=who)
    brought = bring(stage, example())
    for who in (stage.actor(stage.agent), stage.maire, elsewhere.dgs):
        with pytest.raises(Refused):
            confirm(stage, brought, who=who)
    with pytest.raises(taking_in.NothingKept):
        confirm(stage, brought, kept=[])
    with pytest.raises(taking_in.Missing):
        confirm(stage, brought, place=" ")
    with pytest.raises(taking_in.planning.InThePast):
        confirm(stage, brought, starts_at=NOW)


def test_by_its_pages_from_the_archive_to_the_meeting(stage, elsewhere, run_jobs):
    client, org = Client(), stage.organisation.slug
    client.force_login(stage.dgs_person)
    upload = reverse("council:session-bring", args=[org])
    wrong = client.post(
        upload,
        {
            "assembly": stage.council.uid,
            "folder": stage.root.uid,
            "archive": SimpleUploadedFile("s.zip", b"rien"),
        },
    )
    assert wrong.status_code == 422
    assert "n’est pas une archive" in wrong.content.decode()
    sent = client.post(
        upload,
        {
            "assembly": stage.council.uid,
            "folder": stage.root.uid,
            "archive": SimpleUploadedFile("s.zip", example()),
        },
    )
    assert sent.status_code == 302
    page = client.get(sent["Location"]).content.decode()
    assert "Travaux du chemin des Vignes" in page
    assert 'value="2026-12-14"' in page
    given = {"day": "2026-12-14", "hour": "20:00", "place": "Salle du conseil"}
    assert client.post(sent["Location"], given).status_code == 422
    assert client.post(sent["Location"], {**given, "ligne": ["2"]}).status_code == 302
    assert "En cours" in client.get(sent["Location"]).content.decode()
    run_jobs()
    done = client.get(sent["Location"]).content.decode()
    assert "La séance est créée" in done
    assert "1\u00a0point non repris" in done
    other = Client()
    other.force_login(elsewhere.dgs_person)
    there = sent["Location"].replace(org, elsewhere.organisation.slug)
    assert other.get(there).status_code == 404
