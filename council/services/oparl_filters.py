"""The filters of OParl 1.1 on lists: since and until a day or an instant, without inner objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from council.models import Act, AgendaItem, Meeting, Minutes, ResultList

#: When something was made public, and when what is said of it last changed.
Times = tuple[datetime, datetime]


class NotAMoment(ValueError):
    """A filter is not a date of RFC 3339."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asks of a list. Bounds are included."""

    created_since: datetime | None = None
    created_until: datetime | None = None
    modified_since: datetime | None = None
    modified_until: datetime | None = None
    omit_internal: bool = False

    @property
    def filters(self) -> bool:
        """Whether some objects may be left out."""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "omit_internal")

    def keeps(self, times: Times) -> bool:
        """Whether an object of these times is asked for."""
        created, modified = times
        return (
            (self.created_since is None or created >= self.created_since)
            and (self.created_until is None or created <= self.created_until)
            and (self.modified_since is None or modified >= self.modified_since)
            and (self.modified_until is None or modified <= self.modified_until)
        )

    def address(self, page: int) -> str:
        """What follows « ? » in the address of another page of the same list."""
        told = {
            one.name: value.isoformat()
            for one in fields(self)
            if isinstance(value := getattr(self, one.name), datetime)
        }
        if self.omit_internal:
            told["omit_internal"] = "true"
        if page != 1:
            told["page"] = str(page)
        return urlencode(told)


def asked(query: Mapping[str, str], zone: ZoneInfo) -> Asked:
    """Raises NotAMoment. A day alone begins at midnight in ``zone``, and ends with its last
    instant when it is the end of a stretch."""
    moments = {}
    for name in ("created_since", "created_until", "modified_since", "modified_until"):
        if raw := query.get(name, ""):
            moments[name] = _moment(raw, zone, last=name.endswith("until"))
    return Asked(**moments, omit_internal=query.get("omit_internal", "").lower() == "true")


def times_of(row: Any, zone: ZoneInfo) -> Times:
    """When a row of a list was made public, and last changed."""
    if isinstance(row, AgendaItem):
        row = row.meeting
    if isinstance(row, Meeting):
        created = row.convened_at or row.created_at
        facts = (row.cancelled_at, row.adjourned_at)
        return created, max([created, *(at for at in facts if at is not None)])
    if isinstance(row, Act | ResultList | Minutes):
        day = row.published_on
        shown = datetime.combine(day, time(), tzinfo=zone) if day else row_made(row)
        later = row.changed_at if isinstance(row, Act) else _looked_at(row)
        return shown, max(shown, later or shown)
    return row.created_at, row.created_at


def row_made(row: Act | ResultList | Minutes) -> datetime:
    """When the row itself was made."""
    if isinstance(row, Act):
        return row.created_at
    return row.made_at if isinstance(row, ResultList) else row.drafted_at


def without_inner(told: dict[str, Any]) -> dict[str, Any]:
    """An object without those that stand inside it: what it says of itself, and links."""
    return {name: value for name, value in told.items() if not _is_inner(value)}


def _is_inner(value: Any) -> bool:
    one = value[0] if isinstance(value, list) and value else value
    return isinstance(one, dict) and "id" in one


def _looked_at(row: ResultList | Minutes) -> datetime | None:
    """Its text may have been prepared for the public after it went online."""
    prepared = getattr(row, "redaction", None)
    return prepared.decided_at if prepared else None


def _moment(raw: str, zone: ZoneInfo, *, last: bool) -> datetime:
    # A « + » that was not escaped comes as a space.
    raw = raw.strip().replace(" ", "+")
    try:
        if len(raw) == 10:
            day = date.fromisoformat(raw)
            return datetime.combine(day, time.max if last else time.min, tzinfo=zone)
        at = datetime.fromisoformat(raw)
    except ValueError:
        raise NotAMoment(raw) from None
    return at if at.tzinfo else at.replace(tzinfo=zone)
