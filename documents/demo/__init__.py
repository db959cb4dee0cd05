"""The documents of the demonstration: a real tree, its rights, about sixty files of every type."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from accounts.actor import Actor
from accounts.demo import CCAS, EVERY_AGENT, EVERY_COUNCILLOR, NEIGHBOUR, Stage
from accounts.models import Team
from config.lib.clock import local_date
from config.lib.text import name_key
from documents.demo import arrivals, deadlines
from documents.demo.shelves import CONFIDENTIAL, KEPT, SHELVES, TYPES, UNSORTED
from documents.demo_files import make_files, make_next_version
from documents.enums import Role
from documents.models import Document, DocumentType, Folder
from documents.services import commenting, filing, folders, keeping, labels, opinions, rights


def build(stage: Stage) -> None:
    """The trees of the commune, of its CCAS and of the neighbour."""
    at = stage.founded_at
    _commune(stage, at)
    _small_tree(
        stage, CCAS, "Claire Fontaine", ("Conseil d’administration", "Épicerie sociale"), at
    )
    _small_tree(stage, NEIGHBOUR, "Sophie Bertin", ("Conseil municipal", "Budget"), at)


def _commune(stage: Stage, at: datetime) -> None:
    dgs = stage.actor("Nadia Morel", at=at)
    root = folders.create_root(organisation=dgs.organisation, now=at)
    _give(dgs, root, stage.teams[EVERY_AGENT], Role.READER, at)
    tree: dict[tuple[str, ...], Folder] = {(): root}
    for name, (team, _) in SHELVES.items():
        shelf = folders.create_folder(actor=dgs, parent=root, name=name, now=at)
        tree[(name_key(name),)] = shelf
        if team:
            _give(dgs, shelf, stage.teams[team], Role.EDITOR, at)
        if name == "Conseil municipal":
            _give(dgs, shelf, stage.teams[EVERY_COUNCILLOR], Role.READER, at)
        if name in CONFIDENTIAL:
            rights.make_confidential(actor=dgs, folder=shelf, now=at)
    labels.offer_usual(actor=dgs, now=at)
    for name, rule in KEPT.items():
        keeping.set_keeping(actor=dgs, folder=tree[(name_key(name),)], keeping=rule, now=at)
    made = make_files(local_date(stage.now, "Europe/Paris"))
    files = [file for file in made if file.path_in_tree != UNSORTED]
    for position, file in enumerate(files):
        when = stage.now - timedelta(days=3 * (len(files) - position), minutes=37 * position % 480)
        steps = file.path_in_tree.split("/")
        author = stage.actor(SHELVES[steps[0]][1], at=when)
        filing.file_document(
            actor=author,
            folder=_folder(tree, dgs, steps, when),
            received=filing.receive(BytesIO(file.content), file.name),
            now=when,
        )
    for word, kind in TYPES.items():
        found = Document.objects.filter(organisation=dgs.organisation, title__startswith=word)
        labels.label_documents(
            actor=dgs,
            documents=list(found.order_by("pk")),
            type=DocumentType.objects.get(organisation=dgs.organisation, label=kind),
            now=at,
        )
    file = make_next_version(local_date(stage.now, "Europe/Paris"))
    yesterday = stage.now - timedelta(days=1)
    filed = filing.file_document(
        actor=stage.actor(SHELVES["Urbanisme"][1], at=yesterday),
        folder=_folder(tree, dgs, file.path_in_tree.split("/"), yesterday),
        received=filing.receive(BytesIO(file.content), file.name),
        now=yesterday,
        as_new_version=True,
        reason="Corrigé après l’enquête publique",
    )
    deadlines.build(stage)
    arrivals.build(stage, [file for file in made if file.path_in_tree == UNSORTED])
    _talk(stage, filed.document, yesterday)


def _talk(stage: Stage, document: Document, at: datetime) -> None:
    """An exchange about a page, and an opinion asked of the DGS."""
    julien, nadia = stage.actor("Julien Petit", at=at), stage.actor("Nadia Morel", at=at)
    thread = commenting.add_comment(
        actor=julien,
        document=document,
        text="Cinq mètres de largeur partout, même dans le vieux bourg ? @Nadia Morel",
        page=1,
        now=at,
    )
    commenting.add_comment(
        actor=nadia,
        document=document,
        text="Oui : c’est la demande des pompiers. Le vieux bourg est en zone UA.",
        thread=thread,
        now=at + timedelta(minutes=40),
    )
    opinions.ask_opinion(
        actor=julien,
        document=document,
        who=nadia.person,
        question="Ce règlement peut-il être inscrit au prochain conseil municipal ?",
        due=local_date(stage.now, "Europe/Paris") + timedelta(days=5),
        now=at + timedelta(hours=1),
    )


def _folder(
    tree: dict[tuple[str, ...], Folder], actor: Actor, steps: list[str], at: datetime
) -> Folder:
    keys = tuple(name_key(step) for step in steps)
    for depth in range(1, len(keys) + 1):
        if keys[:depth] not in tree:
            tree[keys[:depth]] = folders.create_folder(
                actor=actor, parent=tree[keys[: depth - 1]], name=steps[depth - 1], now=at
            )
    return tree[keys]


def _give(actor: Actor, folder: Folder, team: Team, role: Role, at: datetime) -> None:
    rights.set_role(actor=actor, obj=folder, principal=team, role=role, now=at)


def _small_tree(
    stage: Stage, slug: str, director: str, names: tuple[str, ...], at: datetime
) -> None:
    actor = stage.actor(director, slug, at=at)
    root = folders.create_root(organisation=actor.organisation, now=at)
    for name in names:
        shelf = folders.create_folder(actor=actor, parent=root, name=name, now=at)
        note = f"{name} de {actor.organisation.name} : note interne du secrétariat.\n"
        filing.file_document(
            actor=actor,
            folder=shelf,
            received=filing.receive(BytesIO(note.encode()), f"Note {name}.txt"),
            now=at,
        )
