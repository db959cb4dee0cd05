"""What failed for good: who sees it, in which words, and how it gets a new life."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.mail import HAND_OVER
from accounts.models import AuditEntry
from config.lib.clock import now
from config.lib.storage import blobs
from config.work import services
from config.work.enums import JobState
from config.work.models import Job
from documents.enums import IndexState, Role
from documents.models import Document, Version
from documents.services import rights
from documents.services.reading import EXTRACT
from tests.documents.tree_of_cast import Tree, tree

__all__ = ["tree"]

ClientOf = Callable[[object], Client]
PAGE = reverse("accounts:failures", args=["saint-aubin"])


def _retry(job: Job, org: str = "saint-aubin") -> str:
    return reverse("accounts:failure-retry", args=[org, job.uid])


@pytest.fixture(autouse=True)
def _files_of_this_test(tmp_path: Path, settings: Any) -> None:
    """What is put aside here stays out of the way of the tests that sweep."""
    settings.PARVIS_STORAGE_DIR = tmp_path


def _lost(document: Document) -> tuple[Job, Path]:
    """The reading of a document whose file is not in its place, failed; and the file, aside."""
    version = document.current_version
    assert version is not None
    path = blobs().path(version.storage_key)
    aside = path.rename(path.with_suffix(".aside"))
    job = Job.objects.get(kind=EXTRACT, payload__version=version.pk)
    services.run(job.pk, now=now())
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    return job, aside


def test_a_reading_that_failed_is_shown_with_its_reason_and_read_once_it_can_be(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    document = tree.file("note.txt")
    job, aside = _lost(document)
    client = client_of(tree.cast.nadia)
    page = client.get(PAGE).content.decode()
    assert "Lecture du texte : note.txt" in page
    assert "Le fichier est introuvable sur le serveur. Prévenez votre hébergeur." in page
    assert (
        "traitement en échec"
        in client.get(reverse("accounts:standing", args=["saint-aubin"])).content.decode()
    )
    aside.rename(aside.with_suffix(""))
    answer = client.post(_retry(job), follow=True)
    assert "C’est relancé." in answer.content.decode()
    entry = AuditEntry.objects.get(verb="accounts.job.retried")
    assert (entry.actor_uid, entry.data["job"]) == (tree.cast.nadia.uid, str(job.uid))
    version = Version.objects.get(document=document)
    assert (version.index_state, version.index_reason) == (IndexState.WAITING, "")
    run_jobs()
    version.refresh_from_db()
    assert version.index_state == IndexState.INDEXED
    assert "Tout va bien" in client.get(PAGE).content.decode()
    # A second click, later: nothing is failed any more, nothing is done.
    assert "n’est plus en échec" in client.post(_retry(job), follow=True).content.decode()


def test_an_error_that_nobody_foresaw_is_not_shown_in_the_words_of_a_library(
    tree: Tree, client_of: ClientOf
) -> None:
    job, _ = _lost(tree.file("note.txt"))
    Job.objects.filter(pk=job.pk).update(error_code="ValueError", error="invalid literal")
    page = client_of(tree.cast.nadia).get(PAGE).content.decode()
    assert "invalid literal" not in page
    assert "Une erreur imprévue s’est produite" in page


def test_what_the_direction_may_not_read_has_no_name_there(tree: Tree, client_of: ClientOf) -> None:
    cast, document = tree.cast, tree.file("note.txt")
    _lost(document)
    rights.set_role(
        actor=cast.dgs, obj=document, principal=cast.julien, role=Role.MANAGER, now=cast.now
    )
    rights.set_role(
        actor=cast.dgs, obj=document, principal=cast.nadia, role=Role.NONE, now=cast.now,
        confirmed=True,
    )  # fmt: skip
    page = client_of(cast.nadia).get(PAGE).content.decode()
    assert "Lecture du texte d’un fichier" in page
    assert "note.txt" not in page


@pytest.mark.parametrize(
    ("who", "org", "status"),
    [
        ("julien", "saint-aubin", 403),
        ("michel", "saint-aubin", 403),
        ("sophie", "saint-aubin", 404),
        ("karim", "valmorel", 403),
        ("sophie", "valmorel", 302),  # the direction of another commune: nothing there
    ],
)
def test_only_the_direction_of_its_own_organisation_tries_again(
    tree: Tree, client_of: ClientOf, who: str, org: str, status: int
) -> None:
    job, _ = _lost(tree.file("note.txt"))
    client = client_of(getattr(tree.cast, who))
    assert client.post(_retry(job, org)).status_code == status
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    if status == 302:
        assert (
            "note.txt" not in client.get(reverse("accounts:failures", args=[org])).content.decode()
        )


def test_a_mail_is_not_sent_again_from_here(tree: Tree, client_of: ClientOf) -> None:
    job = services.enqueue(
        HAND_OVER,
        payload={"mail": 0},
        now=tree.cast.now,
        organisation_id=tree.cast.saint_aubin.pk,
    )
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, finished_at=now(), error="x")
    client = client_of(tree.cast.nadia)
    page = client.get(PAGE).content.decode()
    assert "Un courriel se renvoie depuis la page d’où il est parti" in page
    assert "Réessayer" not in page
    assert client.post(_retry(job)).status_code == 403


def test_what_was_asked_for_otherwise_meanwhile_is_not_done_twice(tree: Tree) -> None:
    document = tree.file("note.txt")
    job, _ = _lost(document)
    services.enqueue(EXTRACT, payload=job.payload, now=now(), dedupe=job.dedupe_key)
    assert not services.retry_failed(job, now=now())
    assert not Job.objects.filter(state=JobState.FAILED).exists()


def test_the_host_sees_all_of_them_and_tries_again(tree: Tree) -> None:
    job, _ = _lost(tree.file("note.txt"))
    said = io.StringIO()
    call_command("failed_jobs", stdout=said)
    assert str(job.uid) in said.getvalue()
    call_command("failed_jobs", "--retry", str(job.uid), stdout=said)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
