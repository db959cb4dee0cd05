"""What a document of an exported tree holds: its versions, its comments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.models import Person
from config.lib.storage import Stored
from config.work.services import enqueue
from documents.models import Comment, Document, Version
from documents.services.reading import EXTRACT
from documents.services.transfer.manifest import Row, read_moment


def put_versions(
    document: Document,
    row: Row,
    stored: dict[str, Stored],
    *,
    people: dict[str, Person],
    uids: dict[str, UUID],
    now: datetime,
) -> dict[int, Version]:
    """Each version with its bytes, waiting to be read; by number."""
    made: dict[int, Version] = {}
    for one in sorted(row["versions"], key=lambda v: int(v["number"])):
        number, bytes_of_it = one["number"], stored[one["file"]]
        made[number] = Version.objects.create(
            uid=uids[one["id"]],
            organisation=document.organisation,
            document=document,
            number=number,
            storage_key=bytes_of_it.key,
            size=bytes_of_it.size,
            sha256=bytes_of_it.sha256,
            media_type=one["media_type"],
            extension=one["extension"],
            original_name=one["original_name"],
            notice=one["notice"],
            author=_person(people, one["author"]),
            created_at=read_moment(one["created_at"]) or now,
            reason=one["reason"],
            restored_from=made.get(one["restored_from"] or 0),
        )
        enqueue(
            EXTRACT,
            payload={"version": made[number].pk},
            now=now,
            organisation_id=document.organisation_id,
            dedupe=str(made[number].pk),
        )
    if row["current"]:
        current = made[row["current"]]
        document.current_version = current
        document.media_type, document.size = current.media_type, current.size
        document.save(update_fields=["current_version", "media_type", "size"])
    return made


def put_comments(
    document: Document,
    row: Row,
    versions: dict[int, Version],
    *,
    people: dict[str, Person],
    now: datetime,
) -> list[str]:
    """The threads of a document. Returns what was left out, in English."""
    made: dict[str, Comment] = {}
    left_out: list[str] = []
    for one in row["comments"]:
        author = _person(people, one["author"])
        if author is None:
            left_out.append(f"a comment on “{row['title']}”: its author is unknown")
            continue
        thread = made.get(one.get("thread") or "")
        resolver = _person(people, one.get("resolved_by")) if thread is None else None
        comment = Comment.objects.create(
            organisation=document.organisation,
            document=document,
            version=versions[one["version"]],
            author=author,
            text=one["text"],
            created_at=read_moment(one["created_at"]) or now,
            thread=thread,
            page=one.get("page") if thread is None else None,
            edited_at=read_moment(one.get("edited_at")),
            deleted_at=read_moment(one.get("deleted_at")),
            resolved_at=read_moment(one.get("resolved_at")) if resolver else None,
            resolved_by=resolver,
        )
        made[one.get("id") or str(comment.uid)] = comment
    return left_out


def _person(people: dict[str, Person], uid: str | None) -> Person | None:
    return people.get(uid) if uid else None
