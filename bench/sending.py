"""What sending a convocation to a large body costs: 200 members, 20 points, one after the other.

    python -m bench.sending [members]

Starts servers of its own in a temporary folder (durable, as in production) and a mail server that
accepts everything, convenes, hands each message over through SMTP, then draws the proof. Names and
addresses come from a fixed seed. Prints the processor's time (this process and its PostgreSQL
backend; the mail server is another process), the wall clock's, and the largest memory.
"""

# ruff: noqa: T201, S106, S603

from __future__ import annotations

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

MEMBERS, POINTS, SEED = 200, 20, 20261122
PROVIDERS = ("gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "exemple.fr")

SINK = """
import socketserver, sys
class Sink(socketserver.StreamRequestHandler):
    def handle(self):
        say = lambda words: self.wfile.write(words + b"\\r\\n")
        say(b"220 banc")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                say(b"354 go")
                body = bytearray()
                while (part := self.rfile.readline()) != b".\\r\\n":
                    body += part
                open(sys.argv[1], "wb").write(body)
                say(b"250 2.0.0 Ok")
            elif verb == b"QUIT":
                say(b"221 bye")
                return
            else:
                say(b"250 Ok")
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
with Server(("127.0.0.1", 0), Sink) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""


def main() -> None:
    """Build, measure, stop the servers."""
    import django

    from config.lib.embedded import EmbeddedServers

    members = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    state = Path(tempfile.mkdtemp(prefix="parvis-bench-"))
    state.chmod(0o711)
    servers = EmbeddedServers(state, durable=True)
    last = state / "last.eml"
    sink = subprocess.Popen(
        [sys.executable, "-c", SINK, str(last)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert sink.stdout is not None  # noqa: S101
        os.environ["EMAIL_HOST"], os.environ["EMAIL_PORT"] = "127.0.0.1", sink.stdout.readline()
        addresses = servers.start()
        os.environ.update(addresses.environment() | {"DATABASE_URL": addresses.owner_url})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
        django.setup()
        from django.test.utils import override_settings

        smtp = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_BACKEND=smtp, RETURNS_ADDRESS="retours@exemple.fr"):
            _measure(*_build(members), last)
    finally:
        sink.kill()
        sink.wait()
        servers.stop()
        shutil.rmtree(state, ignore_errors=True)


def _build(members: int):
    from django.contrib.auth.models import Group
    from django.core.management import call_command

    from accounts.actor import actor_for
    from accounts.enums import Capacity, OrganisationKind, TeamKind
    from accounts.models import Membership, Organisation, Person, Team, TeamMembership
    from config.lib.clock import now as read_clock
    from council.enums import AssemblyKind, Function
    from council.models import Assembly, Mandate
    from council.services import agenda, agreeing, freezing, items, planning
    from council.services.items import ItemContent

    call_command("migrate", verbosity=0)
    drawn = random.Random(SEED)  # noqa: S311 - the same people at each run
    now = read_clock()
    start = now.date().replace(year=2020, day=1)
    org = Organisation.objects.create(
        slug="banc", name="Banc", kind=OrganisationKind.COMMUNE, population=2300, email="m@banc.fr"
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
    mayor = None
    for n in range(members):
        person = Person.objects.create(
            given_name=f"Membre {n}",
            family_name="Banc",
            email=f"membre{n}@{drawn.choice(PROVIDERS)}",
        )
        mayor = mayor or person
        Membership.objects.create(
            organisation=org, person=person, capacity=Capacity.ELECTED, from_date=start
        )
        Mandate.objects.create(
            organisation=org,
            assembly=council,
            person=person,
            rank=n + 1,
            function=Function.MEMBER if n else Function.MAYOR,
            from_date=start,
            created_at=now,
        )
    actor, chair = actor_for(dgs, org, now=now), actor_for(mayor, org, now=now)
    meeting = planning.create_meeting(
        actor=actor,
        assembly=council,
        starts_at=now + timedelta(days=12),
        place="Mairie",
        now=now,
    )
    for n in range(POINTS):
        point = items.draft_item_from_documents(
            actor=actor,
            assembly=council,
            content=ItemContent(title=f"Point {n + 1} : " + "mot " * drawn.randint(2, 12)),
            documents=(),
            now=now,
        )
        items.list_item(actor=actor, item=point, meeting=meeting, now=now)
    meeting.refresh_from_db()
    agreeing.ask_mayor(actor=actor, meeting=meeting, now=now)
    agreeing.give_agreement(actor=chair, meeting=meeting, shown=agenda.digest(meeting), now=now)
    return actor, freezing.freeze_agenda(actor=actor, meeting=meeting, now=now)


def _measure(actor, meeting, last: Path) -> None:
    from django.db import connection

    from accounts.enums import MailState
    from accounts.models import Mail
    from accounts.services import mailing
    from config.lib.clock import now as read_clock
    from config.work.models import Job
    from council.services import convening, proof_making, proving

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]

    def cpu() -> float:
        spent = Path(f"/proc/{backend}/schedstat").read_text().split()[0]
        return time.process_time() * 1000 + float(spent) / 1e6

    def timed(what: str, call):
        began, spent = time.perf_counter(), cpu()
        done = call()
        print(f"{what:52} {cpu() - spent:8.0f} CPU-ms {time.perf_counter() - began:7.2f} s")
        return done

    now: datetime = read_clock()
    timed("convening: edition, rows, messages queued", lambda: convening.convene(
        actor=actor, meeting=meeting, now=now
    ))  # fmt: skip
    mails = list(Mail.objects.filter(kind=convening.CONVOCATION_MAIL).order_by("pk"))
    due = Job.objects.filter(payload__has_key="mail").order_by("-next_try_at").first()
    spread = (due.next_try_at - now).total_seconds() if due else 0
    each: list[float] = []

    def send() -> None:
        for mail in mails:
            before = cpu()
            mailing.hand_over(mail.pk, now=read_clock())
            each.append(cpu() - before)

    timed(f"handing {len(mails)} messages over, one worker", send)
    left = Mail.objects.filter(state=MailState.ACCEPTED).count()
    assert left == len(mails), f"{left} of {len(mails)} left"  # noqa: S101
    typical = statistics.median(each)
    print(f"{'one message: median, slowest':52} {typical:8.1f} CPU-ms, {max(each):.0f}")
    lines = timed("what is known of each, and the verdict", lambda: proving.lines_of(meeting))
    proof = timed("the proof as a PDF", lambda: proof_making.make_proof(
        actor=actor, meeting=meeting, now=read_clock()
    ))  # fmt: skip
    size = len(message_from_bytes(last.read_bytes()).as_bytes()) // 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{len(lines)} members, {POINTS} points; a message of {size} kB, a proof of "
        f"{proof.size // 1000} kB; spread over {spread:.0f} s by the pace of providers; "
        f"largest memory {memory} MB; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
