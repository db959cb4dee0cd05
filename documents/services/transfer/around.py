"""What hangs on a document when it is taken out and put back: deadlines, opinions, holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from accounts.models import Person, Team
from documents.models import Deadline, Document, OpinionRequest, Version, VersionHold
from documents.services.transfer.manifest import (
    Row,
    moment,
    read_day,
    read_day_if_any,
    read_moment,
)

NameOf = Callable[[int | None], str | None]

#: What `described` reads, for `prefetch_related`.
READ_WITH = (
    "deadlines",
    "opinions__version",
    "opinions__answered_version",
    "opinions__team",
    "versions__holds",
)


def described(document: Document, person: NameOf) -> Row:
    """The rows of one document; `person` gives the written name of an id."""
    return {
        "deadlines": [_deadline(one, person) for one in sorted(document.deadlines.all(), key=_pk)],
        "opinions": [_opinion(one, person) for one in sorted(document.opinions.all(), key=_pk)],
    }


def holds_on(version: Version) -> list[Row]:
    """Why a version is kept whatever happens to its document."""
    return [
        {"label": one.label, "holder": str(one.holder_uid), "at": moment(one.created_at)}
        for one in sorted(version.holds.all(), key=_pk)
    ]


def _pk(row: Deadline | OpinionRequest | VersionHold) -> int:
    return row.pk


def _deadline(one: Deadline, person: NameOf) -> Row:
    return {
        "id": str(one.uid),
        "kind": one.kind,
        "label": one.label,
        "due": one.due.isoformat(),
        "remind_on": one.remind_on.isoformat(),
        "owner": person(one.owner_id),
        "note": one.note,
        "created_at": moment(one.created_at),
        "created_by": person(one.created_by_id),
        "done_at": moment(one.done_at),
        "done_by": person(one.done_by_id),
        "reminded_for": one.reminded_for.isoformat() if one.reminded_for else None,
        "late_told_for": one.late_told_for.isoformat() if one.late_told_for else None,
    }


def _opinion(one: OpinionRequest, person: NameOf) -> Row:
    return {
        "id": str(one.uid),
        "version": one.version.number,
        "asked_by": person(one.asked_by_id),
        "person": person(one.person_id),
        "team": str(one.team.uid) if one.team else None,
        "question": one.question,
        "due": one.due.isoformat(),
        "created_at": moment(one.created_at),
        "state": one.state,
        "closed_at": moment(one.closed_at),
        "closed_by": person(one.closed_by_id),
        "advice": one.advice,
        "answer": one.answer,
        "answered_version": one.answered_version.number if one.answered_version else None,
        "reminded_before_at": moment(one.reminded_before_at),
        "reminded_late_at": moment(one.reminded_late_at),
    }


def put_back(
    document: Document,
    row: Row,
    versions: dict[int, Version],
    *,
    people: dict[str, Person],
    teams: dict[str, Team],
    uids: dict[str, UUID],
    now: dt.datetime,
) -> list[str]:
    """Write them again, in the transaction of their document. What could not be, in English."""
    left_out = []
    for one in row.get("deadlines", ()):
        author, done_by = people.get(one["created_by"]), people.get(one["done_by"] or "")
        if author is None or (one["done_at"] and done_by is None):
            left_out.append(f"a deadline of “{document.title}”: who noted it is unknown")
            continue
        Deadline.objects.create(
            uid=uids[one["id"]],
            organisation=document.organisation,
            document=document,
            kind=one["kind"],
            label=one["label"],
            due=read_day(one["due"]),
            remind_on=read_day(one["remind_on"]),
            owner=people.get(one["owner"] or ""),
            note=one["note"],
            created_at=read_moment(one["created_at"]) or now,
            created_by=author,
            done_at=read_moment(one["done_at"]),
            done_by=done_by,
            reminded_for=read_day_if_any(one["reminded_for"]),
            late_told_for=read_day_if_any(one["late_told_for"]),
        )
    for one in row.get("opinions", ()):
        asker = people.get(one["asked_by"])
        person, team = people.get(one["person"] or ""), teams.get(one["team"] or "")
        if asker is None or (person is None and team is None):
            left_out.append(f"an opinion on “{document.title}”: who asked or was asked is unknown")
            continue
        OpinionRequest.objects.create(
            uid=uids[one["id"]],
            organisation=document.organisation,
            document=document,
            version=versions[one["version"]],
            asked_by=asker,
            person=person,
            team=team,
            question=one["question"],
            due=read_day(one["due"]),
            created_at=read_moment(one["created_at"]) or now,
            state=one["state"],
            closed_at=read_moment(one["closed_at"]),
            closed_by=people.get(one["closed_by"] or ""),
            advice=one["advice"],
            answer=one["answer"],
            answered_version=versions.get(one["answered_version"] or 0),
            reminded_before_at=read_moment(one["reminded_before_at"]),
            reminded_late_at=read_moment(one["reminded_late_at"]),
        )
    for version_row in row["versions"]:
        for one in version_row.get("holds", ()):
            VersionHold.objects.create(
                organisation=document.organisation,
                version=versions[version_row["number"]],
                label=one["label"],
                holder_uid=UUID(one["holder"]),
                created_at=read_moment(one["at"]) or now,
            )
    return left_out
