"""The register of the post, taken out and put back: numbers that were given stay given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from accounts.models import Organisation, Person, Team
from documents.models import Document, MailCounter, MailEntry
from documents.services.transfer.manifest import (
    Row,
    moment,
    name_of,
    read_day,
    read_day_if_any,
    read_moment,
)

NameOf = Callable[[int | None], str | None]


def lines(organisation: Organisation, person: NameOf) -> Iterator[Row]:
    """Every line, in the order of their writing: a letter comes before the one that answers it."""
    entries = (
        MailEntry.objects.filter(organisation=organisation)
        .select_related("document", "team", "answers")
        .order_by("pk")
    )
    for one in entries.iterator(500):
        yield {
            "id": str(one.uid),
            "direction": one.direction,
            "year": one.year,
            "number": one.number,
            "day": one.day.isoformat(),
            "correspondent": one.correspondent,
            "subject": one.subject,
            "document": name_of(one.document.uid if one.document else None),
            "on_paper": one.on_paper,
            "person": person(one.person_id),
            "team": name_of(one.team.uid if one.team else None),
            "reply_due": one.reply_due.isoformat() if one.reply_due else None,
            "answers": name_of(one.answers.uid if one.answers else None),
            "done_at": moment(one.done_at),
            "done_by": person(one.done_by_id),
            "created_at": moment(one.created_at),
            "created_by": person(one.created_by_id),
        }


def counters(organisation: Organisation) -> list[Row]:
    """The last number given, by direction and year."""
    rows = MailCounter.objects.filter(organisation=organisation).order_by("year", "direction")
    return [{"direction": one.direction, "year": one.year, "last": one.last} for one in rows]


def put_back(
    organisation: Organisation,
    rows: Iterable[Row],
    last: list[Row],
    *,
    people: dict[str, Person],
    teams: dict[str, Team],
    uids: dict[str, UUID],
    now: datetime,
) -> tuple[int, list[str]]:
    """Write the lines that are not there. How many, and in English what could not be.

    Call it in a transaction, under the lock of the organisation. `uids` gives the identifier here
    of each document and line of the export.
    """
    made, left_out = 0, []
    for row in rows:
        uid = uids[row["id"]]
        mine = MailEntry.objects.filter(organisation=organisation)
        if mine.filter(uid=uid).exists():
            continue
        author = people.get(row["created_by"])
        same = {"direction": row["direction"], "year": row["year"], "number": row["number"]}
        reference = MailEntry(**same).reference
        if author is None:
            left_out.append(f"line {reference} of the register: who wrote it is unknown")
            continue
        if mine.filter(**same).exists():
            left_out.append(f"line {reference} of the register: this number is given here already")
            continue
        document = (
            Document.objects.filter(organisation=organisation, uid=uids[row["document"]]).first()
            if row["document"] in uids
            else None
        )
        answered = mine.filter(uid=uids[row["answers"]]).first() if row["answers"] in uids else None
        MailEntry.objects.create(
            uid=uid,
            organisation=organisation,
            **same,
            day=read_day(row["day"]),
            correspondent=row["correspondent"],
            subject=row["subject"],
            document=document,
            on_paper=row["on_paper"],
            person=people.get(row["person"] or ""),
            team=teams.get(row["team"] or ""),
            reply_due=read_day_if_any(row["reply_due"]),
            answers=answered,
            done_at=read_moment(row["done_at"]),
            done_by=people.get(row["done_by"] or ""),
            created_at=read_moment(row["created_at"]) or now,
            created_by=author,
        )
        made += 1
    for row in last:
        counter, _ = MailCounter.objects.select_for_update(no_key=True).get_or_create(
            organisation=organisation, direction=row["direction"], year=row["year"]
        )
        if counter.last < row["last"]:
            counter.last = row["last"]
            counter.save(update_fields=["last"])
    return made, left_out
