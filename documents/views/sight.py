"""What the "Droits" panel shows of who sees an object: team by team, or person by person."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import Person, Team
from config.lib.http import AuthedRequest
from config.lib.text import fold, plural
from documents.access import can_see_reach
from documents.enums import Role
from documents.forms.rights import NameFilterForm, value_of
from documents.models import Document, Folder
from documents.registry import external_readers_of, frozen_readers_of
from documents.services import reach
from documents.services.reach import Line, Sight

PER_PAGE = 50
BY_PERSON = "personnes"


def who_sees(request: AuthedRequest, obj: Folder | Document) -> dict[str, Any]:
    """The context of the panel's reading part: one sentence, then a page of lines."""
    actor = request.actor
    sights = reach.who_sees(actor, obj)
    lines = reach.lines(actor, obj)
    by_person = request.GET.get("vue") == BY_PERSON
    wanted = request.GET.get("nom", "").strip()
    looks = bool(can_see_reach(actor))
    if by_person:
        shown: list[Any] = [s for s in sights if _matches(wanted, s.person.full_name)]
    else:
        members = reach.members_of(actor, [line.principal for line in lines])
        shown = [
            (line, members.get(line.principal.pk, []) if isinstance(line.principal, Team) else [])
            for line in lines
        ]
        shown = [
            (line, people)
            for line, people in shown
            if _matches(wanted, line.name, *(person.full_name for person in people))
        ]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    by_pk = {sight.person.pk: sight for sight in sights}
    frozen = frozen_readers_of(actor, obj) if isinstance(obj, Document) else []
    return {
        "sentence": reach.sentence(sights, obj),
        "page": page,
        "by_person": by_person,
        "by_team": not by_person,
        "found": plural(len(shown), "ligne") if wanted else "",
        "filter": NameFilterForm(initial={"nom": wanted}),
        "filtered": bool(wanted),
        "lines": []
        if by_person
        else [_line(actor, line, people, by_pk, looks) for line, people in page.object_list],
        "people": [_person(actor, sight, looks) for sight in page.object_list] if by_person else [],
        "keepable": [
            {"name": line.name, "role": line.role.label, "value": value_of(line.principal)}
            for line in lines
            if not line.here and line.role > Role.NONE
        ],
        "outside": [*frozen, *external_readers_of(actor, obj)],
    }


def _matches(wanted: str, *names: str) -> bool:
    words = fold(wanted).split()
    return any(all(word in fold(name) for word in words) for name in names)


def _address(actor: Actor, person: Person, looks: bool) -> str:
    return reverse("documents:seen-by", args=[actor.organisation.slug, person.uid]) if looks else ""


def _line(
    actor: Actor, line: Line, people: list[Person], sights: dict[int, Sight], looks: bool
) -> dict[str, Any]:
    value = value_of(line.principal)
    return {
        "name": line.name,
        "role": line.role.label,
        "because": line.because,
        "here": line.here,
        "value": value,
        "href": "" if isinstance(line.principal, Team) else _address(actor, line.principal, looks),
        "members": [
            _member(actor, line, person, sights.get(person.pk), looks) for person in people
        ],
        "members_label": plural(len(people), "personne"),
        "is_team": isinstance(line.principal, Team),
        "change": f"?qui={value}&droit={int(line.role)}#donner",
        "change_label": f"Modifier : {line.name}",
        "remove_label": f"Retirer : {line.name}",
    }


def _member(
    actor: Actor, line: Line, person: Person, sight: Sight | None, looks: bool
) -> dict[str, Any]:
    """A member of a team; what else decides for them, when it does."""
    other = ""
    if sight is not None and (sight.team != line.principal or sight.role != line.role):
        other = f"{sight.role.label}, {sight.because}"
    return {"name": person.full_name, "href": _address(actor, person, looks), "other": other}


def _person(actor: Actor, sight: Sight, looks: bool) -> dict[str, Any]:
    return {
        "name": sight.person.full_name,
        "role": sight.role.label,
        "because": sight.because,
        "href": _address(actor, sight.person, looks),
    }
