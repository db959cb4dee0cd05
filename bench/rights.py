"""What a change of rights costs in a large commune: 100,000 documents, 3,000 access domains.

    python -m bench.rights [ROUNDS]

Starts servers of its own in a temporary folder (durable, as in production), builds one commune by
bulk inserts, then times the services themselves, commit included. Figures are the median of the
rounds: CPU of this process plus its PostgreSQL backend, then the wall clock.
"""

# ruff: noqa: T201, S101, S106, C901

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SERVICES, TOPICS, FILES, PLAIN = 20, 15, 10, 4  # 20 × 15 × 10 = 3,000 folders with entries
POLE = 4  # services under one folder of their own
DOCUMENTS = 100_000
TEAMS, PEOPLE = 40, 200
BUDGETS = {"change": 100, "limit": 500, "preview": 300, "none": 10_000}


def _cpu_of(pid: int) -> float:
    return float(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def main(rounds: int) -> None:
    """Build, measure, stop the servers."""
    import django

    from config.lib.embedded import EmbeddedServers

    state = Path(tempfile.mkdtemp(prefix="parvis-bench-"))
    state.chmod(0o711)
    servers = EmbeddedServers(state, durable=True)
    try:
        addresses = servers.start()
        os.environ.update(addresses.environment() | {"DATABASE_URL": addresses.owner_url})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
        django.setup()
        _measure(rounds)
    finally:
        servers.stop()
        shutil.rmtree(state, ignore_errors=True)


def _build():
    from django.contrib.auth.models import Group, Permission
    from django.core.management import call_command
    from django.db import connection, transaction

    from accounts.enums import Capacity, OrganisationKind, TeamKind
    from accounts.models import Membership, Organisation, Person, Team, TeamMembership
    from config.lib.clock import now as read_clock
    from config.lib.text import name_key, sort_key
    from documents.enums import Role
    from documents.models import (
        AccessDomain,
        Document,
        Folder,
        FolderGroupGrant,
        FolderUserGrant,
    )
    from documents.services import domains, folders

    call_command("migrate", verbosity=0)
    now = read_clock()
    start = now.date().replace(year=2020, day=1)
    org = Organisation.objects.create(slug="banc", name="Banc", kind=OrganisationKind.COMMUNE)
    people = Person.objects.bulk_create(
        Person(given_name=f"P{n}", family_name="Banc", password="!") for n in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(organisation=org, person=p, capacity=Capacity.AGENT, from_date=start)
        for p in people
    )
    groups = Group.objects.bulk_create(Group(name=f"team:banc-{n}") for n in range(TEAMS))
    teams = Team.objects.bulk_create(
        Team(
            organisation=org,
            label=f"Équipe {n}",
            kind=TeamKind.SERVICE if n else TeamKind.DGS,
            group=group,
        )
        for n, group in enumerate(groups)
    )
    TeamMembership.objects.bulk_create(
        TeamMembership(organisation=org, team=teams[(n + shift) % TEAMS], person=p, from_date=start)
        for n, p in enumerate(people)
        for shift in (0, 7, 19)
    )
    root = folders.create_root(organisation=org, now=now)
    permission = {
        role: Permission.objects.get(
            content_type__model="folder",
            content_type__app_label="documents",
            codename=role.codename,
        )
        for role in Role
    }
    rows: list[Folder] = []

    def child(parent: Folder, position: int, name: str) -> Folder:
        folder = Folder(
            id=domains.next_id("documents_folder"),
            organisation=org,
            parent=parent,
            path=Folder._get_path(parent.path, parent.depth + 1, position + 1),
            depth=parent.depth + 1,
            name=name,
            name_key=name_key(name),
            sort_name=sort_key(name),
            domain_id=root.domain_id,
            created_at=now,
        )
        parent.numchild += 1
        rows.append(folder)
        return folder

    everything = child(root, 0, "Services")
    child(root, 1, "Ailleurs")
    pole = child(everything, SERVICES, "Pôle")
    marked: list[Folder] = [everything]
    for s in range(SERVICES):
        service = child(pole if s < POLE else everything, s, f"Service {s}")
        marked.append(service)
        for t in range(TOPICS):
            topic = child(service, t, f"Thème {t}")
            for f in range(FILES):
                file = child(topic, f, f"Dossier {f}")
                marked.append(file)
                for p in range(PLAIN):
                    child(file, p, f"Pièces {p}")
    with transaction.atomic():
        Folder.objects.bulk_create(rows, batch_size=2000)
        Folder.objects.filter(pk=root.pk).update(numchild=root.numchild)
        by_path: dict[str, AccessDomain] = {root.path: AccessDomain.objects.get(folder=root)}
        for folder in marked:
            above = next(
                by_path[folder.path[:end]]
                for end in range(len(folder.path) - 4, 0, -4)
                if folder.path[:end] in by_path
            )
            by_path[folder.path] = AccessDomain(
                id=domains.next_id("documents_accessdomain"),
                organisation=org,
                folder=folder,
                parent=above,
            )
        AccessDomain.objects.bulk_create(list(by_path.values())[1:], batch_size=2000)
        for folder in rows:
            folder.domain = next(
                by_path[folder.path[:end]]
                for end in range(len(folder.path), 0, -4)
                if folder.path[:end] in by_path
            )
        Folder.objects.bulk_update(rows, ["domain"], batch_size=2000)
        grants = []
        for n, folder in enumerate(marked):
            for shift, role in ((n, Role.EDITOR), (n * 7 + 3, Role.READER)):
                grants.append((folder, teams[1 + shift % (TEAMS - 1)], role))
        seen = set()
        FolderGroupGrant.objects.bulk_create(
            [
                FolderGroupGrant(
                    organisation=org,
                    content_object=folder,
                    group=team.group,
                    permission=permission[role],
                    granted_at=now,
                )
                for folder, team, role in grants
                if (folder.pk, team.pk) not in seen and not seen.add((folder.pk, team.pk))
            ]
            + [
                FolderGroupGrant(
                    organisation=org,
                    content_object=root,
                    group=team.group,
                    permission=permission[Role.READER],
                    granted_at=now,
                )
                for team in teams[1:6]
            ]
        )
        FolderUserGrant.objects.bulk_create(
            FolderUserGrant(
                organisation=org,
                content_object=folder,
                user=people[1 + n % (PEOPLE - 1)],
                permission=permission[Role.READER],
                granted_at=now,
            )
            for n, folder in enumerate(marked[1::10])
        )
        domains.rebuild_organisation(org.pk)
    leaves = [f for f in rows if f.name.startswith(("Dossier", "Pièces"))]
    Document.objects.bulk_create(
        (
            Document(
                organisation=org,
                folder=leaves[n % len(leaves)],
                title=f"Document {n}.pdf",
                name_key=f"document {n}.pdf",
                sort_title=f"document {n:08}",
                created_at=now,
                changed_at=now,
            )
            for n in range(DOCUMENTS)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return org, people, teams, now


def _measure(rounds: int) -> None:
    from django.db import connection, transaction

    from accounts.actor import actor_for
    from accounts.models import Organisation, Person, Team
    from config.lib.clock import now as read_clock
    from documents.enums import Role
    from documents.models import AccessDomain, Document, EffectiveAccess, Folder
    from documents.services import consequences, domains, folders, oracle, reach, rights

    if Organisation.objects.filter(slug="banc").exists():
        org = Organisation.objects.get(slug="banc")
        people = list(Person.objects.filter(family_name="Banc").order_by("pk"))
        teams = list(Team.objects.filter(organisation=org).order_by("pk"))
        now = read_clock()
    else:
        org, people, teams, now = _build()
    dgs = actor_for(people[0], org, now=now)
    assert dgs is not None
    print(
        f"{Document.objects.filter(organisation=org).count()} documents of"
        f" {Document.objects.count()} on the platform, "
        f"{Folder.objects.filter(organisation=org).count()} folders, "
        f"{AccessDomain.objects.filter(organisation=org).count()} domains, "
        f"{EffectiveAccess.objects.filter(organisation=org).count()} effective rights"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    get = Folder.objects.filter(organisation=org).get
    root, everything = get(parent=None), get(name="Services")
    service, elsewhere = get(name="Service 9"), get(name="Ailleurs")
    pole = get(name="Pôle")
    topic = get(parent=service, name="Thème 2")
    file = get(parent=topic, name="Dossier 4")
    turn = {"n": 0}

    def flip(one: object, other: object) -> object:
        turn["n"] += 1
        return one if turn["n"] % 2 else other

    def grant(obj: Folder, team: int) -> Callable[[], object]:
        return lambda: rights.set_role(
            actor=dgs,
            obj=obj,
            principal=teams[team],
            role=flip(Role.EDITOR, Role.COMMENTER),
            now=now,
        )

    def first_and_last() -> None:
        flip_in = not AccessDomain.objects.filter(folder=topic).exists()
        if flip_in:
            rights.set_role(actor=dgs, obj=topic, principal=teams[9], role=Role.READER, now=now)
        else:
            rights.remove_entry(actor=dgs, obj=topic, principal=teams[9], now=now)

    def limit(folder: Folder) -> Callable[[], object]:
        def toggle() -> None:
            if AccessDomain.objects.get(folder=folder).inherits:
                rights.restrict(actor=dgs, folder=folder, now=now, keep=[teams[0]])
            else:
                rights.unrestrict(actor=dgs, folder=folder, now=now)

        return toggle

    def move(folder: Folder, home: Folder) -> Callable[[], object]:
        def toggle() -> None:
            folder.refresh_from_db()
            target = elsewhere if folder.parent_id == home.pk else home
            folders.move_folder(actor=dgs, folder=folder, target=target, now=now)

        return toggle

    def preview_role() -> None:
        consequences.preview_role(
            actor=dgs, obj=root, principal=teams[4], role=Role.EDITOR, now=now
        )

    cases: list[tuple[str, str, Callable[[], object]]] = [
        ("a team's right at the root", "change", grant(root, 3)),
        ("a team's right on one folder", "change", grant(file, 9)),
        ("first entry, then last one away", "change", first_and_last),
        ("limit, reopen 150 domains", "limit", limit(service)),
        ("limit, reopen 3,000 domains", "limit", limit(everything)),
        ("move 150 domains, 766 folders", "limit", move(service, everything)),
        ("move 604 domains, 3,065 folders", "limit", move(pole, everything)),
        ("move everything: 15,323 folders", "none", move(everything, root)),
        ("preview a right at the root", "preview", preview_role),
        (
            "preview a limit on 3,000 domains",
            "preview",
            lambda: consequences.preview_restriction(
                actor=dgs, folder=everything, restricted=True, now=now
            ),
        ),
        (
            "preview a move of 150 domains",
            "preview",
            lambda: consequences.preview_move(actor=dgs, obj=service, target=elsewhere, now=now),
        ),
        (
            "preview joining a team",
            "preview",
            lambda: consequences.preview_team(
                actor=dgs, team=teams[11], person=people[0], joining=True
            ),
        ),
        ("who sees one folder", "change", lambda: reach.who_sees(dgs, file)),
        ("rebuild the whole commune", "limit", lambda: domains.rebuild_organisation(org.pk)),
    ]
    for name, budget, case in cases:
        cpu, wall = [], []
        for number in range(rounds + 2):
            mine, theirs, began = time.process_time(), _cpu_of(backend), time.perf_counter()
            with transaction.atomic():
                case()
            if number >= 2:  # the first ones warm the plans
                wall.append((time.perf_counter() - began) * 1000)
                cpu.append((time.process_time() - mine) * 1000 + _cpu_of(backend) - theirs)
        found, most = statistics.median(cpu), BUDGETS[budget]
        verdict = "ok" if found <= most else "OVER"
        print(
            f"{name:34} {found:7.1f} CPU-ms (budget {most}: {verdict})"
            f"   wall {statistics.median(wall):7.1f} ms"
        )
    wrong = oracle.differences(org)
    print(f"oracle: {len(wrong)} differences", *wrong[:3])


if __name__ == "__main__":
    # Even: what is turned on in one round is turned off in the next.
    main(2 * ((int(sys.argv[1]) + 1) // 2) if len(sys.argv) > 1 else 6)
