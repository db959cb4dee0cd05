"""A folder with one of every kind of thing in it, and one person per role: the stage of the verbs.

The same may be set up in two communes with the same names, to try the one's identifiers in the
other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from accounts.actor import Actor
from accounts.enums import Capacity, TeamKind
from accounts.models import Interim, Membership, Organisation, Person, Team, TeamMembership
from accounts.services.joining import join
from accounts.services.teams import add_to_team, create_team
from council.enums import AssemblyKind, Function
from council.models import Assembly, Mandate
from documents.enums import (
    ArrivalSource,
    DeadlineKind,
    ImportKind,
    IndexState,
    Keeping,
    LinkKind,
    MailDirection,
    Role,
)
from documents.models import (
    Arrival,
    Comment,
    Document,
    DocumentType,
    Folder,
    ImportRun,
    MailEntry,
    Tag,
    UndoKind,
    Version,
)
from documents.services import (
    arriving,
    bins,
    commenting,
    deadlines,
    drafts,
    drive_locks,
    editing,
    eliminating,
    filing,
    folders,
    keeping,
    labels,
    linking,
    opinions,
    photographing,
    registering,
    requesting_access,
    reserving,
    rights,
    sorting,
    templates,
    trash,
    undoing,
    uploading,
)
from documents.services.arriving import Parcel
from documents.services.deadlines import Terms
from documents.services.registering import Line
from tests.documents.rights.place import ACTING, ROLES, Place, Who

LONG_AGO = timedelta(days=40)
_ELECTED = (Who.MAYOR, Who.ELECTED)


def furnish(
    organisation: Organisation,
    boss: Actor,
    people: dict[Who, Person],
    *,
    now: datetime,
    state: str = "plain",
) -> Place:
    """Everything in one commune: the people join and get their roles, then every kind of thing.

    `state`: plain, restricted or confidential, decided by the manager once all is there. `people`
    has whoever belongs to this commune.
    """
    place = Place(organisation, boss, people, now)
    _people(place)
    _tree(place)
    _around_documents(place)
    _arrivals(place)
    _own(place)
    _direction(place)
    manager = place.acting(Who.MANAGER)
    if state == "restricted":
        rights.restrict(actor=manager, folder=place.folder, now=now)
    elif state == "confidential":
        rights.make_confidential(actor=manager, folder=place.folder, now=now)
    for name, thing in place.made.items():
        if isinstance(thing, Folder | Document):
            # As a page would fetch it: after the rights have changed.
            place.made[name] = type(thing)._default_manager.get(pk=thing.pk)
    _end_yesterday(place)
    return place


def _people(place: Place) -> None:
    boss, now, today = place.boss, place.now, place.boss.today
    for who, person in place.people.items():
        capacity = Capacity.ELECTED if who in _ELECTED else Capacity.AGENT
        day = today - LONG_AGO
        join(actor=boss, person=person, capacity=capacity, from_date=day, now=now)
    direction = Team.objects.get(organisation=place.organisation, kind=TeamKind.DGS)
    add_to_team(actor=boss, team=direction, person=place.people[Who.DIRECTION], now=now)
    post = create_team(actor=boss, label="Courrier", kind=TeamKind.SERVICE, now=now)
    add_to_team(actor=boss, team=post, person=place.people[Who.KEEPER], now=now)
    former = create_team(actor=boss, label="Anciens", kind=TeamKind.SERVICE, now=now)
    TeamMembership.objects.create(
        organisation=place.organisation,
        team=former,
        person=place.people[Who.SEAT_OVER],
        from_date=today - LONG_AGO,
        to_date=today - timedelta(days=1),
    )
    bins.choose_team(actor=boss, team=post, now=now)
    bins.open_address(actor=boss, folder=None, now=now)
    council = Assembly.objects.create(
        organisation=place.organisation,
        kind=AssemblyKind.MUNICIPAL_COUNCIL,
        name="Conseil municipal",
        created_at=now,
    )
    Mandate.objects.create(
        organisation=place.organisation,
        assembly=council,
        person=place.people[Who.MAYOR],
        function=Function.MAYOR,
        rank=1,
        from_date=today - LONG_AGO,
        created_at=now,
    )
    place.made |= {
        "post": post,
        "former": former,
        "reader": place.people[Who.READER],
        "editor": place.people[Who.EDITOR],
        "nobody": place.people[Who.NOBODY],
        "elected": place.people[Who.ELECTED],
    }


def _tree(place: Place) -> None:
    boss, now, made = place.boss, place.now, place.made
    root = folders.create_root(organisation=place.organisation, now=now)
    for name, title in (("folder", "Voirie"), ("outside", "Ailleurs"), ("common", "Commun")):
        made[name] = folders.create_folder(actor=boss, parent=root, name=title, now=now)
    for who, role in ROLES.items():
        if who in place.people:
            rights.set_role(
                actor=boss, obj=made["folder"], principal=place.people[who], role=role, now=now
            )
    rights.set_role(
        actor=boss, obj=made["folder"], principal=made["former"], role=Role.EDITOR, now=now
    )
    for who in ACTING:  # where everybody may file
        if who in place.people and who != Who.DIRECTION:
            rights.set_role(
                actor=boss,
                obj=made["outside"],
                principal=place.people[who],
                role=Role.EDITOR,
                now=now,
            )
    manager = place.acting(Who.MANAGER)
    made["root"] = root
    for name, title in (("target", "Cible"), ("sub", "Sous"), ("drive", "Ancien réseau")):
        made[name] = folders.create_folder(
            actor=manager, parent=made["folder"], name=title, now=now
        )
    ImportRun.objects.create(
        organisation=place.organisation,
        folder=made["drive"],
        kind=ImportKind.DRIVE,
        label="Z:",
        source="/z",
        started_by=place.people[Who.MANAGER],
        started_at=now,
    )

    def file(name: str, folder: str = "folder", content: bytes = b"") -> Document:
        return filing.file_document(
            actor=boss if folder == "common" else manager,
            folder=made[folder],
            received=place.received(name, content or name.encode()),
            now=now,
        ).document

    for name in ("document", "model", "letter", "reserved", "thrown_document", "locked"):
        made[name] = file(f"{name}.txt")
    made["same"] = file("pareil.txt", "target", b"document.txt")
    made["old"] = file("vieux.txt", "drive")
    made["first"] = Version.objects.get(document=made["document"])
    filing.add_version(
        actor=manager, document=made["model"], received=place.received("model.txt", b"2"), now=now
    )
    made["model_first"] = Version.objects.get(document=made["model"], number=1)
    made["failed"] = Version.objects.get(document=made["letter"])
    Version.objects.filter(pk=made["failed"].pk).update(
        index_state=IndexState.FAILED, index_reason="illisible"
    )
    made["template"] = templates.offer(actor=manager, obj=made["model"], now=now)
    made["thrown_folder"] = folders.create_folder(
        actor=manager, parent=made["folder"], name="Jeté", now=now
    )
    trash.trash_folder(actor=manager, folder=made["thrown_folder"], now=now)
    trash.trash_document(actor=manager, document=made["thrown_document"], now=now)
    for name in ("gone_1", "gone_2", "gone_3"):
        made[name] = file(f"{name}.txt", "common")
        trash.trash_document(actor=boss, document=made[name], now=now)


def _around_documents(place: Place) -> None:
    now, made, document = place.now, place.made, place.document
    manager, editor = place.acting(Who.MANAGER), place.acting(Who.EDITOR)
    commenter = place.acting(Who.COMMENTER)
    made["comment"] = commenting.add_comment(
        actor=commenter, document=document, text="À revoir.", now=now
    )
    made["former_comment"] = Comment.objects.create(
        organisation=place.organisation,
        document=document,
        version=made["first"],
        author=place.people[Who.SEAT_OVER],
        text="Du temps où j’y étais.",
        created_at=now,
    )
    made["asked"] = opinions.ask_opinion(
        actor=editor,
        document=document,
        who=place.people[Who.READER],
        question="D’accord ?",
        due=place.today + timedelta(days=5),
        now=now,
    )

    def deadline(label: str, owner: Person | None = None) -> Any:
        terms = Terms(
            kind=DeadlineKind.CONTRACT,
            label=label,
            due=place.today + timedelta(days=90),
            owner=owner,
        )
        return deadlines.set_deadline(actor=manager, document=document, terms=terms, now=now)

    made["deadline"] = deadline("Renouveler")
    made["followed"] = deadline("Relancer", place.people[Who.READER])
    made["done"] = deadline("Faite")
    deadlines.close_deadline(actor=manager, deadline=made["done"], now=now)
    made["link"] = linking.create_link(
        actor=manager,
        obj=place.folder,
        kind=LinkKind.SHARE,
        label="Cabinet",
        last_day=place.today + timedelta(days=5),
        now=now,
    )
    bins.open_address(actor=manager, folder=place.folder, now=now)
    reserving.take(actor=editor, document=place.reserved, until=now + timedelta(days=1), now=now)
    made["request"] = requesting_access.ask_access(
        actor=place.acting(Who.NOBODY), obj=place.folder, wanted=Role.READER, message="", now=now
    )
    keeping.set_keeping(actor=manager, folder=place.sub, keeping=Keeping.WORKING, now=now)


def _arrivals(place: Place) -> None:
    now, made, manager = place.now, place.made, place.acting(Who.MANAGER)

    def arrived(name: str, folder: Folder | None, **more: Any) -> Arrival:
        envelope = arriving.bring(
            organisation=place.organisation,
            parcel=Parcel(
                source=ArrivalSource.MAIL,
                key=f"essai:{name}",
                files=[place.received(f"{name}.txt", name.encode())],
                sender_address="a@exemple.fr",
                subject="Devis",
                folder=folder,
                original=place.received(f"{name}.eml", b"From: a@exemple.fr\n\nBonjour"),
                **more,
            ),
            now=now,
        )
        assert envelope is not None
        return Arrival.objects.select_related("envelope").get(envelope=envelope)

    for prefix, folder in (("sent", place.folder), ("bin", None)):
        made[f"{prefix}_waiting"] = arrived(f"{prefix}-waiting", folder)
        made[f"{prefix}_held"] = arrived(f"{prefix}-held", folder, held_reason="forgé")
        aside = arrived(f"{prefix}-aside", folder)
        made[f"{prefix}_aside"] = sorting.discard(
            actor=manager if folder else place.boss, arrival=aside, now=now
        )
        made[f"{prefix}_envelope"] = made[f"{prefix}_waiting"].envelope
        made[f"{prefix}_held_envelope"] = made[f"{prefix}_held"].envelope

    made["photographs"] = photographing.take(
        actor=manager, folder=place.folder, photos=[place.received("p.jpg")], name="Plan", now=now
    )

    def line(person: Person | None = None) -> Line:
        return Line(day=place.today, correspondent="Préfecture", subject="Avis", person=person)

    made["line"] = line
    made["entry"] = registering.register(
        actor=manager,
        direction=MailDirection.INCOMING,
        line=line(place.people[Who.READER]),
        document=place.letter,
        now=now,
    )
    paper = registering.register(
        actor=place.boss,
        direction=MailDirection.INCOMING,
        line=line(place.people[Who.ELECTED]),
        now=now,
    )
    made["paper"] = paper
    closed = registering.register(
        actor=place.boss, direction=MailDirection.INCOMING, line=line(), now=now
    )
    made["closed"] = registering.close_entry(actor=place.boss, entry=closed, now=now)
    made["answered"] = MailEntry.objects.get(pk=made["entry"].pk)


def _own(place: Place) -> None:
    """What the editor has under way."""
    now, made, editor = place.now, place.made, place.acting(Who.EDITOR)
    made["upload"] = uploading.begin(actor=editor, folder=place.folder, name="a", size=2, now=now)
    whole = uploading.begin(actor=editor, folder=place.folder, name="b.txt", size=2, now=now)
    uploading.receive_part(
        actor=editor, upload=whole, source=BytesIO(b"ok"), length=2, at=0, now=now
    )
    whole.refresh_from_db()
    made["whole"] = whole
    made["draft"] = drafts.keep_draft(
        actor=editor, folder=place.folder, name="~x.tmp", stored=None, now=now
    )
    made["announced"] = drafts.keep_draft(
        actor=editor,
        folder=place.folder,
        name="y.tmp",
        stored=None,
        now=now,
        stands_for=place.locked,
    )
    terms: dict[str, Any] = {"deep": False, "owner": "", "seconds": 300, "now": now}
    made["folder_lock"] = drive_locks.lock(actor=editor, thing=place.sub, **terms)
    made["document_lock"] = drive_locks.lock(actor=editor, thing=place.locked, **terms)
    made["draft_lock"] = drive_locks.lock(actor=editor, thing=made["announced"], **terms)
    made["editing"] = editing.open_link(actor=editor, document=place.document, now=now)
    folders.rename_folder(actor=editor, folder=place.sub, name="Dessous", now=now)
    made["step"] = undoing.remember(
        actor=editor,
        kind=UndoKind.RENAMED,
        done=[undoing.Done(place.sub, before="Sous", after="Dessous")],
        now=now,
    )


def _direction(place: Place) -> None:
    """What belongs to the direction and the mayor."""
    boss, now, made = place.boss, place.now, place.made
    made["type"] = labels.create_label(actor=boss, kind=DocumentType, label="Devis", now=now)
    made["tag"] = labels.create_label(actor=boss, kind=Tag, label="Urgent", now=now)
    for number, name in enumerate(("slip", "stamped")):
        gone = made[f"gone_{number + 1}"]
        Document.objects.filter(pk=gone.pk).update(trashed_at=now - LONG_AGO)
        made[name] = eliminating.prepare_slip(actor=boss, now=now)
    eliminating.record_visa(
        actor=boss, slip=made["stamped"], reference="AD-1", day=place.today, now=now
    )
    Document.objects.filter(pk=made["gone_3"].pk).update(trashed_at=now - LONG_AGO)
    terms = {"from_date": place.today, "to_date": place.today + timedelta(days=5)}
    made["proposed"] = Interim.objects.create(
        organisation=place.organisation,
        person=place.people[Who.EDITOR],
        reason="congé",
        proposed_at=now,
        **terms,
    )
    made["running"] = Interim.objects.create(
        organisation=place.organisation,
        person=place.people[Who.COMMENTER],
        reason="congé",
        proposed_at=now,
        named_at=now,
        named_by=place.people[Who.MAYOR],
        **terms,
    )


def _end_yesterday(place: Place) -> None:
    yesterday = place.today - timedelta(days=1)
    if Who.ENDED in place.people:
        Membership.objects.filter(person=place.people[Who.ENDED]).update(to_date=yesterday)
    if Who.DISABLED in place.people:
        Person.objects.filter(pk=place.people[Who.DISABLED].pk).update(is_active=False)
        place.people[Who.DISABLED].refresh_from_db()
