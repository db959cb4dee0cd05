"""How long the secretary waits in session: 29 members, 40 points, one entry after the other.

    python -m bench.session

Starts servers of its own in a temporary folder (durable, as in production), holds a whole session
through the pages, and prints the time of one entry and of the screen that follows: the processor's
(this process and its PostgreSQL backend) and the wall clock's, early and late in the session.
"""

# ruff: noqa: T201, S106

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from uuid import uuid4

MEMBERS, POINTS = 29, 40


def main() -> None:
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
        _measure(*_build())
    finally:
        servers.stop()
        shutil.rmtree(state, ignore_errors=True)


def _build():
    from datetime import timedelta

    from django.contrib.auth.models import Group
    from django.core.management import call_command

    from accounts.enums import Capacity, OrganisationKind, TeamKind
    from accounts.models import Membership, Organisation, Person, Team, TeamMembership
    from config.lib.clock import now as read_clock
    from council.enums import AssemblyKind, Function, ItemState
    from council.models import AgendaItem, Assembly, Mandate, Meeting

    call_command("migrate", verbosity=0)
    now = read_clock()
    start = now.date().replace(year=2020, day=1)
    org = Organisation.objects.create(
        slug="banc", name="Banc", kind=OrganisationKind.COMMUNE, population=6000
    )
    dgs = Person.objects.create(given_name="Nadia", family_name="Banc", password="!")
    Membership.objects.create(
        organisation=org, person=dgs, capacity=Capacity.AGENT, from_date=start
    )
    team = Team.objects.create(
        organisation=org,
        label="Direction",
        kind=TeamKind.DGS,
        group=Group.objects.create(name="team:banc"),
    )
    TeamMembership.objects.create(organisation=org, team=team, person=dgs, from_date=start)
    council = Assembly.objects.create(
        organisation=org, kind=AssemblyKind.MUNICIPAL_COUNCIL, name="Conseil", created_at=now
    )
    people = [
        Person.objects.create(given_name=f"Membre {n}", family_name="Banc") for n in range(MEMBERS)
    ]
    for n, person in enumerate(people):
        Mandate.objects.create(
            organisation=org,
            assembly=council,
            person=person,
            rank=n + 1,
            function=Function.MEMBER if n else Function.MAYOR,
            from_date=start,
            created_at=now,
        )
    before = now - timedelta(hours=1)
    meeting = Meeting.objects.create(
        organisation=org,
        assembly=council,
        starts_at=before,
        place="Mairie",
        timezone=org.timezone,
        agenda_frozen_at=before - timedelta(days=9),
        convened_at=before - timedelta(days=8),
        created_at=now,
    )
    items = [
        AgendaItem.objects.create(
            organisation=org,
            assembly=council,
            meeting=meeting,
            state=ItemState.FROZEN,
            title=f"Point {n + 1}",
            number=n + 1,
            position=n + 1,
            created_at=now,
            changed_at=now,
        )
        for n in range(POINTS)
    ]
    return dgs, meeting, people, items


def _measure(dgs, meeting, people, items) -> None:
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    client = Client()
    client.force_login(dgs)
    enter = reverse("council:session-enter", args=["banc", meeting.uid])
    screen = reverse("council:session", args=["banc", meeting.uid])
    room = reverse("council:room", args=["banc", meeting.uid])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]

    def cpu() -> float:
        spent = Path(f"/proc/{backend}/schedstat").read_text().split()[0]
        return time.process_time() * 1000 + float(spent) / 1e6

    def timed(call) -> tuple[float, float]:
        began, spent = time.perf_counter(), cpu()
        answer = call()
        assert answer.status_code == 200, answer.content[:300]  # noqa: S101
        return cpu() - spent, (time.perf_counter() - began) * 1000

    def post(kind: str, **fields: object) -> tuple[float, float]:
        data = {"kind": kind, "key": str(uuid4()), **fields}
        return timed(lambda: client.post(enter, data, headers={"Accept": "application/json"}))

    def look() -> tuple[float, float]:
        headers = {"HX-Request": "true", "HX-Target": "sitting"}
        return timed(lambda: client.get(screen, headers=headers))

    def room_asks() -> tuple[float, float]:
        headers = {"HX-Request": "true", "HX-Target": "ecran"}
        return timed(lambda: client.get(room, headers=headers))

    for person in people:
        post("present", person=person.uid)
    post("opened")
    rows: dict[str, list[tuple[float, float]]] = {}
    for n, item in enumerate(items):
        part = "first ten points" if n < 10 else "last ten points" if n >= POINTS - 10 else ""
        called = post("called", item=item.uid)
        voted = post("ballot", item=item.uid)
        seen = look()
        if part:
            rows.setdefault(f"a point called, {part}", []).append(called)
            rows.setdefault(f"a vote and its decision, {part}", []).append(voted)
            rows.setdefault(f"the screen afterwards, {part}", []).append(seen)
            rows.setdefault(f"the room asks what is shown, {part}", []).append(room_asks())
    bare = reverse("documents:search", args=["banc"])
    rows["a bare signed-in page"] = [timed(lambda: client.get(bare)) for _ in range(10)]
    print(f"{MEMBERS} members, {POINTS} points; load {os.getloadavg()[0]:.1f}")
    for what, taken in rows.items():
        spent, waited = (statistics.median(column) for column in zip(*taken, strict=True))
        print(f"{what:50} {spent:6.0f} CPU-ms {waited:6.0f} ms")


if __name__ == "__main__":
    main()
