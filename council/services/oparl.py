"""The council life of a commune in the shape of OParl 1.1 (https://oparl.org/spezifikation/).

Only what `access_public` opens. The id of an object is the address that answers it; lists come in
pages. What was taken back simply no longer answers: OParl's traces of deleted objects are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import EmptyPage, Paginator
from django.db.models import QuerySet

from accounts.models import Organisation, Person
from council.access_public import (
    PUBLIC_BODIES,
    has_public_text,
    list_text,
    public_act_title,
    public_acts,
    public_items,
    public_lists,
    public_meetings,
    public_minutes,
    public_title,
)
from council.enums import Capacity, ItemState
from council.models import Act, AgendaItem, Assembly, Mandate, Meeting, Minutes, ResultList
from council.services.oparl_filters import Asked, times_of, without_inner
from documents.models import Version

SCHEMA = "https://schema.oparl.org/1.1/"
PER_PAGE = 50
#: Kinds that have a list, by the word in their address; each is also answered one by one.
LISTED = ("bodies", "organizations", "people", "meetings", "agenda-items", "papers", "files")
KINDS = (*LISTED, "memberships", "consultations")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers for one commune on one day. ``address(name, *args)``: the whole address of a public
    page."""

    organisation: Organisation
    today: date
    address: Callable[..., str]

    # --- what a program asks ----------------------------------------------------------------

    def system(self) -> Json:
        """Where it begins."""
        return {
            "id": self.address("oparl"),
            "type": f"{SCHEMA}System",
            "oparlVersion": SCHEMA,
            "name": f"{self.organisation.name} : données du conseil",
            "body": self._list("bodies"),
            "website": self.address("home"),
            "created": self.organisation.created_at.isoformat(),
            "modified": self.organisation.created_at.isoformat(),
        }

    def page(self, kind: str, number: int, wanted: Asked | None = None) -> Json | None:
        """One page of a list, of what is ``wanted`` alone; None beyond the last."""
        wanted = wanted or Asked()
        rows = self._rows(kind)
        if wanted.filters:
            rows = [row for row in rows if wanted.keeps(times_of(row, self._zone))]
        paginator: Paginator[Any] = Paginator(rows, PER_PAGE)
        try:
            page = paginator.page(number)
        except EmptyPage:
            return None
        address = self._list(kind)

        def at(n: int) -> str:
            query = wanted.address(n)
            return f"{address}?{query}" if query else address

        links = {"first": at(1), "self": at(number), "last": at(paginator.num_pages)}
        if page.has_previous():
            links["prev"] = at(number - 1)
        if page.has_next():
            links["next"] = at(number + 1)
        return {
            "data": [
                without_inner(told) if wanted.omit_internal else told
                for told in self._told(kind, list(page))
            ],
            "pagination": {
                "totalElements": paginator.count,
                "elementsPerPage": PER_PAGE,
                "currentPage": number,
                "totalPages": paginator.num_pages,
            },
            "links": links,
        }

    def one(self, kind: str, uid: UUID) -> Json | None:
        """The object of that id; None when it is not public, or not here."""
        rows = self._rows(kind)
        if isinstance(rows, QuerySet):
            found = list(rows.filter(uid=uid))
        else:
            found = [row for row in rows if row.uid == uid]
        return self._told(kind, found)[0] if found else None

    # --- rows, then words -------------------------------------------------------------------

    def _rows(self, kind: str) -> QuerySet[Any] | list[Any]:
        here = self.organisation
        match kind:
            case "bodies":
                return [here]
            case "organizations":
                return self._assemblies()
            case "people":
                people = Person.objects.filter(pk__in=self._mandates().values("person"))
                return people.order_by("family_name", "given_name", "pk")
            case "memberships":
                return self._mandates().select_related("person", "assembly")
            case "meetings":
                return self._meetings().order_by("-starts_at", "-pk")
            case "agenda-items":
                return self._items()
            case "files":
                return self._files()
            case _:
                return self._acts().order_by("-dated", "-year", "-number", "-pk")

    def _told(self, kind: str, rows: list[Any]) -> list[Json]:
        match kind:
            case "bodies":
                return [self._body()]
            case "organizations":
                return [self._assembly(one) for one in rows]
            case "people":
                return self._people(rows)
            case "memberships":
                return [self._membership(one) for one in rows]
            case "meetings":
                return self._meeting_pages(rows)
            case "agenda-items":
                return self._agenda(rows)
            case "papers":
                return [self._paper(one) for one in rows]
            case "files":
                return [self._file(one) for one in rows]
            case _:
                return [self._consultation(one) for one in rows if one.item is not None]

    def _assemblies(self) -> QuerySet[Assembly]:
        return Assembly.objects.filter(
            organisation=self.organisation, kind__in=PUBLIC_BODIES
        ).in_french_order()

    def _mandates(self) -> QuerySet[Mandate]:
        """Elected members in office of the bodies that sit in public (CRPA, art. D312-1-3)."""
        return (
            Mandate.objects.filter(assembly__in=self._assemblies(), capacity=Capacity.ELECTED)
            .current(self.today)
            .order_by("assembly__position", "rank", "pk")
        )

    def _meetings(self) -> QuerySet[Meeting]:
        return public_meetings(self.organisation).select_related("assembly")

    def _items(self) -> QuerySet[AgendaItem]:
        """The points of `public_items`, of every public session."""
        return (
            public_items(self._meetings())
            .select_related("meeting")
            .order_by("-meeting__starts_at", "number", "pk")
        )

    def _acts(self) -> QuerySet[Act]:
        return public_acts(self.organisation, today=self.today).select_related(
            "register__assembly", "item__meeting", "published_version", "organisation"
        )

    def _files(self) -> list[Act | ResultList | Minutes]:
        """Light rows: what a file is of."""
        acts = [act for act in self._acts().order_by("-dated", "-pk") if has_public_text(act)]
        lists = public_lists(self.organisation, today=self.today).select_related(
            "version", "meeting", "redaction__version"
        )
        minutes = public_minutes(self.organisation, today=self.today).select_related(
            "published_version", "meeting", "redaction"
        )
        return [*acts, *lists.order_by("pk"), *minutes.order_by("pk")]

    # --- objects ----------------------------------------------------------------------------

    def _list(self, kind: str) -> str:
        return self.address("oparl-list", kind)

    def _id(self, kind: str, uid: UUID) -> str:
        return self.address("oparl-object", kind, uid)

    def _head(self, kind: str, name: str, uid: UUID) -> Json:
        return {"id": self._id(kind, uid), "type": f"{SCHEMA}{name}"}

    def _body_id(self) -> str:
        return self._id("bodies", self.organisation.uid)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.organisation.timezone)

    def _times(self, row: object) -> Json:
        created, modified = times_of(row, self._zone)
        return {"created": created.isoformat(), "modified": modified.isoformat()}

    def _body(self) -> Json:
        here = self.organisation
        lists = {
            name: self._list(kind)
            for name, kind in (
                ("organization", "organizations"),
                ("person", "people"),
                ("meeting", "meetings"),
                ("agendaItem", "agenda-items"),
                ("paper", "papers"),
                ("file", "files"),
            )
        }
        return _filled(
            self._head("bodies", "Body", here.uid)
            | {
                "system": self.address("oparl"),
                "name": here.name,
                "shortName": here.name[:40],
                "website": self.address("home"),
                "contactEmail": here.email,
                "legislativeTerm": [],
                **lists,
                "created": here.created_at.isoformat(),
                "modified": here.created_at.isoformat(),
            }
        )

    def _assembly(self, one: Assembly) -> Json:
        return self._head("organizations", "Organization", one.uid) | {
            "body": self._body_id(),
            "name": one.name,
            "shortName": one.short_name or one.name,
            "organizationType": one.get_kind_display(),
            "meeting": self._list("meetings"),
            "created": one.created_at.isoformat(),
            "modified": one.created_at.isoformat(),
        }

    def _people(self, people: Sequence[Person]) -> list[Json]:
        seats: dict[int, list[Mandate]] = {one.pk: [] for one in people}
        for seat in self._mandates().filter(person__in=people).select_related("person", "assembly"):
            seats[seat.person_id].append(seat)
        return [
            self._head("people", "Person", one.uid)
            | {
                "body": self._body_id(),
                "name": one.full_name,
                "familyName": one.family_name,
                "givenName": one.given_name,
                "membership": [self._membership(seat) for seat in seats[one.pk]],
                **self._times(one),
            }
            for one in people
        ]

    def _membership(self, seat: Mandate) -> Json:
        return self._head("memberships", "Membership", seat.uid) | {
            "person": self._id("people", seat.person.uid),
            "organization": self._id("organizations", seat.assembly.uid),
            "role": seat.function_label or seat.get_function_display(),
            "votingRight": seat.voice == "deliberative",
            "startDate": seat.from_date.isoformat(),
            **self._times(seat),
        }

    def _meeting_pages(self, meetings: Sequence[Meeting]) -> list[Json]:
        papers: dict[int, dict[str, Json]] = {one.pk: {} for one in meetings}
        lists = public_lists(self.organisation, today=self.today)
        for made in lists.filter(meeting__in=meetings).select_related("version", "meeting"):
            papers[made.meeting_id]["auxiliaryFile"] = self._file(made)
        minutes = public_minutes(self.organisation, today=self.today).filter(meeting__in=meetings)
        for told in minutes.select_related("published_version", "meeting"):
            papers[told.meeting_id]["resultsProtocol"] = self._file(told)
        items: dict[int, list[AgendaItem]] = {one.pk: [] for one in meetings}
        for item in self._items().filter(meeting__in=meetings):
            items[item.meeting_id or 0].append(item)
        told_items = {
            one["id"]: one for one in self._agenda([i for rows in items.values() for i in rows])
        }
        return [
            self._meeting(
                one,
                papers[one.pk],
                [told_items[self._id("agenda-items", i.uid)] for i in items[one.pk]],
            )
            for one in meetings
        ]

    def _meeting(self, one: Meeting, papers: dict[str, Json], agenda: list[Json]) -> Json:
        told = self._head("meetings", "Meeting", one.uid)
        state = "annulée" if one.cancelled_at else "levée" if one.adjourned_at else "convoquée"
        files = dict(papers)
        if "auxiliaryFile" in files:
            told["auxiliaryFile"] = [files.pop("auxiliaryFile")]
        return _filled(
            told
            | files
            | {
                "name": f"{one.assembly.name} du {one.local_day:%d/%m/%Y}",
                "meetingState": state,
                "cancelled": one.cancelled_at is not None,
                "start": one.local_start.isoformat(),
                "end": one.adjourned_at.astimezone(one.tz).isoformat() if one.adjourned_at else "",
                "location": {
                    "id": f"{told['id']}#lieu",
                    "type": f"{SCHEMA}Location",
                    "description": one.place,
                },
                "organization": [self._id("organizations", one.assembly.uid)],
                "agendaItem": agenda,
                "web": self.address("meeting", one.uid),
                **self._times(one),
            }
        )

    def _agenda(self, items: Iterable[AgendaItem]) -> list[Json]:
        rows = list(items)
        acts = {act.item_id: act for act in self._acts().filter(item__in=[i.pk for i in rows])}
        told = []
        for item in rows:
            assert item.meeting is not None  # noqa: S101 - read through its meeting
            act = acts.get(item.pk)
            result = act.item_result if act else None
            told.append(
                _filled(
                    self._head("agenda-items", "AgendaItem", item.uid)
                    | {
                        "meeting": self._id("meetings", item.meeting.uid),
                        "number": str(item.number),
                        "order": item.number,
                        "name": public_title(item, act),
                        "public": not item.closed_doors,
                        "consultation": self._id("consultations", act.uid) if act else "",
                        "result": ItemState(result.outcome).label if result else "",
                        **self._times(item),
                    }
                )
            )
        return told

    def _paper(self, act: Act) -> Json:
        assembly = act.register.assembly
        return _filled(
            self._head("papers", "Paper", act.uid)
            | {
                "body": self._body_id(),
                "name": public_act_title(act),
                "reference": act.reference,
                "date": act.dated.isoformat() if act.dated else "",
                "paperType": act.get_kind_display(),
                "mainFile": self._file(act) if has_public_text(act) else None,
                "consultation": [self._consultation(act)] if act.item is not None else [],
                "underDirectionOf": [self._id("organizations", assembly.uid)] if assembly else [],
                "web": self.address("act", act.uid),
                **self._times(act),
            }
        )

    def _consultation(self, act: Act) -> Json:
        item, assembly = act.item, act.register.assembly
        assert item is not None  # noqa: S101 - a deliberation
        assert item.meeting is not None  # noqa: S101 - of a point that was examined
        return _filled(
            self._head("consultations", "Consultation", act.uid)
            | {
                "paper": self._id("papers", act.uid),
                "agendaItem": self._id("agenda-items", item.uid) if item.number else "",
                "meeting": self._id("meetings", item.meeting.uid),
                "organization": [self._id("organizations", assembly.uid)] if assembly else [],
                "authoritative": True,
                "role": "Délibération",
            }
        )

    def _file(self, of: Act | ResultList | Minutes) -> Json:
        version: Version | None
        if isinstance(of, Act):
            name, day, version = f"{of.reference}.pdf", of.published_on, of.published_version
            access = self.address("act-text", of.uid)
            about: Json = {"paper": [self._id("papers", of.uid)]}
        else:
            listed = isinstance(of, ResultList)
            name = "Liste des délibérations" if listed else "Procès-verbal"
            name = f"{name} {of.meeting.local_day}.pdf"
            day = of.published_on
            version = list_text(of) if isinstance(of, ResultList) else of.published_version
            access = self.address("list" if listed else "minutes", of.meeting.uid)
            about = {"meeting": [self._id("meetings", of.meeting.uid)]}
        return _filled(
            self._head("files", "File", of.uid)
            | about
            | {
                "name": name.removesuffix(".pdf"),
                "fileName": name,
                "mimeType": version.media_type if version else "",
                "size": version.size if version else None,
                "parvis:sha256": version.sha256 if version else "",
                "date": day.isoformat() if day else "",
                "accessUrl": access,
                **self._times(of),
            }
        )


def _filled(told: Json) -> Json:
    """Without what is not known: an empty value would say that it is nothing."""
    return {name: value for name, value in told.items() if value not in (None, "")}
