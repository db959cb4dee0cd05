"""The public pages of a commune: next session and agenda, acts, lists, minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import Organisation
from config.lib import clock
from config.lib.clock import local_date
from config.lib.htmx import render_page
from config.lib.text import MONTHS, day_number, fold, plural
from council.access_public import (
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
from council.enums import ActKind, PublicationMode
from council.forms_public import PublicSearchForm
from council.models import Act, Meeting
from council.rules.nomenclature import DOMAINS, MATTERS, level_two
from council.views.portal_words import day_and_hour, french_day_of, how_soon
from council.views.public_page import public_file, public_page

PER_PAGE = 30
LATEST = 8
_KINDS = {
    ActKind.DELIBERATION: "Délibérations",
    ActKind.ORDER: "Arrêtés",
    ActKind.DECISION: "Décisions du maire",
}
Line = dict[str, Any]


def today_of(organisation: Organisation) -> date:
    """The day at the town hall."""
    return local_date(clock.now(), organisation.timezone)


def day_words(day: date) -> str:
    """2 décembre 2026."""
    return f"{day_number(day.day)} {MONTHS[day.month - 1]} {day.year}"


def public_render(
    request: HttpRequest, organisation: Organisation, template: str, context: Mapping[str, Any]
) -> HttpResponse:
    whole = {"organisation": organisation, "commune": organisation.slug, **context}
    return render_page(request, f"council/public/{template}.html", whole)


@public_page
def home(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The next session, what was published last, and the way to the rest."""
    now, today = clock.now(), today_of(organisation)
    meetings = public_meetings(organisation).select_related("assembly")
    coming = [
        {
            "title": one.assembly.name,
            "href": _meeting_url(organisation, one),
            "when": day_and_hour(one),
            "place": one.place,
            "soon": how_soon(one, now=now),
            "cancelled": one.cancelled_at is not None,
        }
        for one in meetings.upcoming(now)[:3]  # type: ignore[attr-defined]
    ]
    latest = _in_order(public_acts(organisation, today=today))[:LATEST]
    past = meetings.alive().past(now)[:LATEST]  # type: ignore[attr-defined]
    return public_render(
        request,
        organisation,
        "home",
        {
            "coming": coming,
            "latest": [_act_line(organisation, act) for act in latest],
            "past": [_meeting_line(organisation, one) for one in past],
        },
    )


@public_page
def meetings(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Every session convened, the latest first."""
    rows = public_meetings(organisation).select_related("assembly").order_by("-starts_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [_meeting_line(organisation, one) for one in page]
    return public_render(request, organisation, "meetings", {"page": page, "lines": lines})


@public_page
def meeting(request: HttpRequest, organisation: Organisation, uid: UUID) -> HttpResponse:
    """One session: its agenda, then the list of deliberations, the acts and the minutes."""
    one = get_object_or_404(public_meetings(organisation).select_related("assembly"), uid=uid)
    today = today_of(organisation)
    acts = {
        act.item_id: act
        for act in _in_order(public_acts(organisation, today=today).filter(item__meeting=one))
    }
    agenda = []
    for item in public_items(Meeting.objects.filter(pk=one.pk)):
        act = acts.get(item.pk)
        agenda.append(
            {
                "number": item.number,
                "section": item.section_title,
                "title": public_title(item, act),
                "reference": act.reference if act else "",
                "href": _act_url(organisation, act) if act else "",
            }
        )
    listed = public_lists(organisation, today=today).filter(meeting=one).first()
    told = public_minutes(organisation, today=today).filter(meeting=one).first()
    papers = []
    if listed is not None and listed.published_on is not None:
        papers.append(
            {
                "title": "Liste des délibérations examinées",
                "href": reverse("public:list", args=[organisation.slug, one.uid]),
                "meta": f"PDF, en ligne depuis le {day_words(listed.published_on)}",
            }
        )
    if told is not None and told.published_on is not None:
        papers.append(
            {
                "title": "Procès-verbal",
                "href": reverse("public:minutes", args=[organisation.slug, one.uid]),
                "meta": f"PDF, en ligne depuis le {day_words(told.published_on)}",
            }
        )
    return public_render(
        request,
        organisation,
        "meeting",
        {
            "title": f"{one.assembly.name} du {french_day_of(one)}",
            "when": day_and_hour(one),
            "place": one.place,
            "cancelled": one.cancelled_at is not None,
            "agenda": agenda,
            "papers": papers,
            "over": one.adjourned_at is not None,
        },
    )


@public_page
def acts(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The acts put online: searched by the words of their object, by year, theme and kind."""
    every = public_acts(organisation, today=today_of(organisation))
    codes = every.order_by().values_list("subject_code", flat=True).distinct()
    domains = sorted({int(code.partition(".")[0]) for code in codes if code[:1].isdigit()})
    form = PublicSearchForm(
        request.GET,
        years=[
            (str(day.year), str(day.year)) for day in every.dates("dated", "year", order="DESC")
        ],
        themes=[(str(one), DOMAINS[one]) for one in domains if one in DOMAINS],
        kinds=[(str(kind), words) for kind, words in _KINDS.items()],
    )
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    found = every
    if "annee" in asked:
        found = found.filter(dated__year=int(asked["annee"]))
    if "theme" in asked:
        found = found.filter(subject_code__startswith=f"{asked['theme']}.")
    if "nature" in asked:
        found = found.filter(kind=asked["nature"])
    if "q" in asked:
        found = found.filter(pk__in=_saying(found, asked["q"]))
    page = Paginator(_in_order(found), PER_PAGE).get_page(request.GET.get("page"))
    return public_render(
        request,
        organisation,
        "acts",
        {
            "form": form,
            "page": page,
            "lines": [_act_line(organisation, act) for act in page],
            "results": plural(page.paginator.count, "acte"),
            "filtered": bool(asked),
        },
    )


@public_page
def act(request: HttpRequest, organisation: Organisation, uid: UUID) -> HttpResponse:
    """One act: what it is, since when it counts, and its text."""
    one = _act_or_404(organisation, uid)
    known = MATTERS.get(level_two(one.subject_code)) if "." in one.subject_code else None
    held = one.item.meeting if one.item is not None else None
    facts = [
        ("Numéro", one.reference),
        ("Date", day_words(one.dated) if one.dated else ""),
        ("Matière", known or ""),
        ("Signataire", _signatory(one)),
        *_made_public(one),
        ("Reçu en préfecture", day_words(one.received_on) if one.received_on else ""),
        ("Exécutoire depuis", day_words(one.enforceable_on) if one.enforceable_on else ""),
    ]
    convened = held is not None and held.convened_at is not None
    return public_render(
        request,
        organisation,
        "act",
        {
            "title": public_act_title(one),
            "facts": [(name, value) for name, value in facts if value],
            "text_url": reverse("public:act-text", args=[organisation.slug, one.uid])
            if has_public_text(one)
            else "",
            "meeting": _meeting_line(organisation, held) if held and convened else None,
            "phone": organisation.phone,
        },
    )


@public_page
def act_text(request: HttpRequest, organisation: Organisation, uid: UUID) -> HttpResponseBase:
    """The text as put online."""
    rows = public_acts(organisation, today=today_of(organisation)).select_related(
        "published_version", "register"
    )
    one = get_object_or_404(rows, uid=uid)
    version = one.published_version
    if version is None or not has_public_text(one):
        return _no_text(request, organisation)
    return public_file(request, version, name=f"{one.reference}.pdf")


@public_page
def result_list(request: HttpRequest, organisation: Organisation, uid: UUID) -> HttpResponseBase:
    """The list of the deliberations examined in a session."""
    rows = public_lists(organisation, today=today_of(organisation))
    one = get_object_or_404(
        rows.select_related("version", "meeting", "redaction__version"), meeting__uid=uid
    )
    version = list_text(one)
    if version is None:
        return _no_text(request, organisation)
    name = f"Liste des délibérations {one.meeting.local_day}.pdf"
    return public_file(request, version, name=name)


@public_page
def minutes(request: HttpRequest, organisation: Organisation, uid: UUID) -> HttpResponseBase:
    """The minutes of a session, once approved and put online."""
    rows = public_minutes(organisation, today=today_of(organisation))
    one = get_object_or_404(rows.select_related("published_version", "meeting"), meeting__uid=uid)
    if one.published_version is None:
        return _no_text(request, organisation)
    name = f"Procès-verbal {one.meeting.local_day}.pdf"
    return public_file(request, one.published_version, name=name)


def _no_text(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    response = public_render(request, organisation, "no_text", {"phone": organisation.phone})
    response.status_code = 404
    return response


def _made_public(act: Act) -> list[tuple[str, str]]:
    """The publication that counts, and since when the text is here when that is another day."""
    if act.published_on is None:
        return []
    electronic = act.publication_mode == PublicationMode.ELECTRONIC
    online = act.online_on or (act.published_on if electronic else None)
    told = [("Mise en ligne", day_words(online))] if online else []
    if not electronic:
        mode = "Affichage" if act.publication_mode == PublicationMode.POSTING else "Publication"
        told.insert(0, (mode, day_words(act.published_on)))
    return told


def _act_or_404(organisation: Organisation, uid: UUID) -> Act:
    rows = public_acts(organisation, today=today_of(organisation)).select_related(
        "register", "item__meeting__assembly", "signatory"
    )
    return get_object_or_404(rows, uid=uid)


def _in_order(acts: QuerySet[Act]) -> QuerySet[Act]:
    return acts.select_related("register", "item").order_by("-dated", "-year", "-number", "-pk")


def _saying(acts: QuerySet[Act], words: str) -> list[int]:
    """Acts whose number or public object has each of these words, accents and case aside. The
    text itself is not searched: it may say what the text put online hides."""
    wanted = fold(words).split()
    return [
        act.pk
        for act in acts.select_related("register", "item")
        if all(word in fold(f"{act.reference} {public_act_title(act)}") for word in wanted)
    ]


def _signatory(act: Act) -> str:
    """R2131-1: first name, name and capacity of the author."""
    name = act.signatory.full_name if act.signatory else ""
    return ", ".join(part for part in (name, act.signatory_title) if part)


def _act_url(organisation: Organisation, act: Act) -> str:
    return reverse("public:act", args=[organisation.slug, act.uid])


def _meeting_url(organisation: Organisation, meeting: Meeting) -> str:
    return reverse("public:meeting", args=[organisation.slug, meeting.uid])


def _act_line(organisation: Organisation, act: Act) -> Line:
    when = f" du {day_words(act.dated)}" if act.dated else ""
    return {
        "title": public_act_title(act),
        "href": _act_url(organisation, act),
        "meta": f"{act.get_kind_display()} {act.reference}{when}",
    }


def _meeting_line(organisation: Organisation, meeting: Meeting) -> Line:
    return {
        "title": f"{meeting.assembly.name} du {french_day_of(meeting)}",
        "href": _meeting_url(organisation, meeting),
        "meta": meeting.place,
        "cancelled": meeting.cancelled_at is not None,
    }
