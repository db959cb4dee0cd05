"""The pages of À classer: one after the other, several at once, deposits, settings."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import override_settings
from django.urls import reverse

from documents.enums import ArrivalState
from documents.models import Arrival, ArrivalAddress, ArrivalBin, Document, MailEntry
from documents.services import bins
from documents.services.suggesting import find_folders
from tests.documents.arrivals.bringing import bring
from tests.documents.tree_of_cast import Tree

ORG = "saint-aubin"


def _url(name: str, *args: object) -> str:
    return reverse(f"documents:{name}", args=[ORG, *args])


def test_one_after_the_other_with_enter_alone(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    cast = tree.cast
    tree.file("FACT_EDF_20260112.txt", b"Facture EDF du 12/01/2026", by=cast.nadia)
    run_jobs()
    (first,) = bring(tree)
    (second,) = bring(tree, ("photo.txt", b"rien de connu"), subject="", sender="", sender_name="")
    run_jobs()
    client = client_of(cast.nadia)
    page = client.get(_url("arrival", first.uid)).content.decode()
    assert "parce que 1 facture d’EDF y est déjà" in page
    name = re.search(r'name="name" value="([^"]+)"', page)
    assert name is not None
    assert name[1] == "FACT_EDF_20260312.txt"
    # What the browser sends on Enter: the fields as they were filled.
    answer = client.post(
        _url("arrival", first.uid),
        {"folder": tree.urbanisme.uid, "name": name[1], "day": "2026-03-12"},
    )
    assert answer.url == _url("arrival", second.uid)
    document = Document.objects.get(title="FACT_EDF_20260312.txt")
    assert document.folder == tree.urbanisme
    following = client.get(answer.url).content.decode()
    assert "est classé dans Urbanisme" in following
    assert _url("arrival-take-back", first.uid) in following  # offered to undo


def test_changing_the_date_alone_changes_the_name(tree: Tree, client_of: Callable) -> None:
    (arrival,) = bring(tree, ("Facture EDF 12-03-2026.txt", b"x"))
    client_of(tree.cast.nadia).post(
        _url("arrival", arrival.uid),
        {"folder": tree.urbanisme.uid, "name": "FACT_EDF_20260312.txt", "day": "2026-03-15"},
    )
    assert Document.objects.filter(title="FACT_EDF_20260315.txt").exists()


def test_what_is_wrong_comes_back_with_its_reason(tree: Tree, client_of: Callable) -> None:
    cast = tree.cast
    tree.file("a.txt")
    (arrival,) = bring(tree)
    client = client_of(cast.nadia)
    url, day = _url("arrival", arrival.uid), "2026-03-12"
    taken = client.post(url, {"folder": tree.urbanisme.uid, "name": "a.txt", "day": day})
    assert taken.status_code == 422
    assert "a (2).txt" in taken.content.decode()
    for wrong in ({"name": "b.txt", "day": day}, {"folder": "n-importe", "name": "b", "day": day},
                  {"folder": tree.valmorel.uid, "name": "b.txt", "day": day},
                  {"folder": tree.urbanisme.uid, "name": "", "day": day},
                  {"folder": tree.urbanisme.uid, "name": "b.txt", "day": "hier"}):  # fmt: skip
        assert client.post(url, wrong).status_code == 422
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.TO_FILE


def test_the_type_ahead_knows_only_folders_where_one_may_file(
    tree: Tree, client_of: Callable
) -> None:
    cast = tree.cast
    bins.choose_team(actor=cast.dgs, team=cast.etat_civil, now=cast.now)
    (arrival,) = bring(tree)
    claire = cast.actor(cast.claire)  # reads Urbanisme, edits État civil
    assert find_folders(actor=claire, words="urba") == []
    assert [p.folder for p in find_folders(actor=claire, words="etat ci")] == [tree.secret]
    page = client_of(cast.claire).get(_url("arrival", arrival.uid), {"dossier": "état"})
    assert str(tree.secret.uid) in page.content.decode()
    assert str(tree.urbanisme.uid) not in page.content.decode()
    fragment = client_of(cast.claire).get(
        _url("arrival", arrival.uid),
        {"dossier": "état"},
        headers={"HX-Request": "true", "HX-Target": "choix-dossier"},
    )
    assert fragment.content.decode().count("<h1") == 0
    assert str(tree.secret.uid) in fragment.content.decode()


def test_the_files_of_one_mail_go_together_or_apart(tree: Tree, client_of: Callable) -> None:
    cast = tree.cast
    one, two, three = bring(
        tree,
        ("Devis toiture.txt", b"Devis du 3 fevrier 2026"),
        ("Plan.txt", b"Plan"),
        ("Plan.txt", b"Autre plan"),
        subject="Toiture école",
    )
    client = client_of(cast.nadia)
    page = client.get(_url("arrival", one.uid)).content.decode()
    assert "les 2 autres fichiers" in page
    client.post(
        _url("arrival", one.uid),
        {"folder": tree.urbanisme.uid, "name": "Devis.txt", "day": "2026-02-03", "together": "on"},
    )
    assert not Arrival.objects.exclude(state=ArrivalState.FILED).exists()
    assert Document.objects.filter(folder=tree.urbanisme).count() == 3
    assert {a.document.folder for a in Arrival.objects.order_by("pk")} == {tree.urbanisme}
    assert two.pk != three.pk


def test_several_ticked_at_once(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    cast = tree.cast
    tree.file("FACT_EDF_20260112.txt", b"Facture EDF du 12/01/2026", by=cast.nadia)
    run_jobs()
    (known,) = bring(tree)
    (unknown,) = bring(tree, ("x.bin", b"\x00\x01"), sender="", sender_name="", subject="")
    run_jobs()
    client = client_of(cast.nadia)
    both = {"arrival": [known.uid, unknown.uid]}
    client.post(_url("arrivals-bulk"), {**both, "action": "file"})
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (known.state, unknown.state) == (ArrivalState.FILED, ArrivalState.TO_FILE)
    client.post(_url("arrivals-bulk"), {**both, "action": "file", "folder": tree.secret.uid})
    unknown.refresh_from_db()
    assert unknown.document is not None
    assert unknown.document.folder == tree.secret
    (third,) = bring(tree)
    client.post(_url("arrivals-bulk"), {"arrival": [third.uid], "action": "discard"})
    third.refresh_from_db()
    assert third.state == ArrivalState.DISCARDED


def test_filing_and_registering_is_one_click(tree: Tree, client_of: Callable) -> None:
    (arrival,) = bring(tree, subject="Mise en demeure", sender_name="Préfecture")
    answer = client_of(tree.cast.nadia).post(
        _url("arrival", arrival.uid),
        {"folder": tree.urbanisme.uid, "name": "a.txt", "day": "2026-03-12", "register": "on"},
        follow=True,
    )
    entry = MailEntry.objects.get()
    assert (entry.number, entry.correspondent, entry.subject) == (
        1,
        "Préfecture",
        "Mise en demeure",
    )
    assert entry.document is not None
    assert entry.reference in answer.content.decode()


def test_a_keeper_drops_files_with_and_without_the_script(tree: Tree, client_of: Callable) -> None:
    cast = tree.cast
    client = client_of(cast.nadia)
    for accept, status in (("application/json", 201), ("text/html", 302)):
        answer = client.post(
            _url("arrivals-deposit"),
            {"files": SimpleUploadedFile("facture.txt", b"Facture")},
            headers={"Accept": accept},
        )
        assert answer.status_code == status
    assert Arrival.objects.filter(state=ArrivalState.TO_FILE).count() == 2
    refused = client_of(cast.julien).post(
        _url("arrivals-deposit"),
        {"files": SimpleUploadedFile("facture.txt", b"Facture")},
        headers={"Accept": "application/json"},
    )
    assert refused.status_code == 403
    assert (
        client.post(_url("arrivals-deposit"), headers={"Accept": "application/json"}).status_code
        == 400
    )


@override_settings(ARRIVALS_ADDRESS="classer@mairie.exemple.fr")
def test_the_direction_settles_the_bin_and_its_address(tree: Tree, client_of: Callable) -> None:
    cast = tree.cast
    client = client_of(cast.nadia)
    client.post(_url("arrivals-settings"), {"team": cast.etat_civil.pk})
    assert ArrivalBin.objects.get().team == cast.etat_civil
    client.post(_url("arrivals-settings"), {"action": "ouvrir"})
    token = ArrivalAddress.objects.get(folder=None).token
    page = client.get(_url("arrivals-settings")).content.decode()
    assert f"classer+{token}@mairie.exemple.fr" in page
    client.post(_url("folder-address", tree.urbanisme.uid), {"action": "ouvrir"})
    assert ArrivalAddress.objects.get(folder=tree.urbanisme, closed_at=None)
    client.post(_url("folder-address", tree.urbanisme.uid), {"action": "fermer"})
    assert not ArrivalAddress.objects.filter(folder=tree.urbanisme, closed_at=None).exists()
    assert client_of(cast.julien).get(_url("folder-address", tree.urbanisme.uid)).status_code == 403


def test_the_list_costs_the_same_for_two_and_for_forty(
    tree: Tree, client_of: Callable, django_assert_max_num_queries: Callable
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(tree.cast.nadia)
    counts = []
    for many in (2, 38):
        for _ in range(many):
            bring(tree)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(_url("arrivals"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_home_and_the_root_say_how_many_wait(tree: Tree, client_of: Callable) -> None:
    cast = tree.cast
    bring(tree)
    bring(tree)
    client = client_of(cast.nadia)
    assert (
        "Classer 2\xa0documents"
        in client.get(reverse("accounts:home", args=[ORG])).content.decode()
    )
    root = client.get(reverse("documents:root", args=[ORG]), follow=True).content.decode()
    assert _url("arrivals") in root
    assert (
        "À classer"
        not in client_of(cast.julien).get(reverse("accounts:home", args=[ORG])).content.decode()
    )
