"""What an actor sees of one organisation at a glance: home, inbox, agenda."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from accounts.calendar import entries_between
from accounts.colours import darker, readable, tint
from accounts.heads import can_see_standing
from accounts.home import ahead_of, awaited_of, expected_of, places_of, recent_of
from accounts.models import Notification, Organisation
from accounts.notifications import followables
from accounts.notifications.reading import shown_lines
from accounts.services import following
from config.lib.clock import now, start_of_day
from config.lib.htmx import render_page
from config.lib.http import post_view, private, read_view, trace
from config.lib.text import MONTHS, day_name, hour, human_datetime

PER_PAGE = 25


def _due_words(due: datetime, at: datetime, zone: str) -> str:
    return f"avant {human_datetime(due, at, zone)}"


@never_cache
@read_view
def home(request: Any, org: str) -> HttpResponse:
    """`/c/<org>/`: my next meeting, what is expected of me, what I touched lately, where I
    work. Nothing else."""
    actor, at = request.actor, now()
    zone = actor.organisation.timezone
    expected, more = expected_of(actor, at)
    context = {
        "ahead": ahead_of(actor, at),
        "expected": [
            {"item": item, "due": _due_words(item.due, at, zone) if item.due else item.detail}
            for item in expected
        ],
        "more": more,
        "awaited": [
            {"item": item, "due": _due_words(item.due, at, zone) if item.due else item.detail}
            for item in awaited_of(actor, at)
        ],
        "recent": [
            {"item": item, "when": human_datetime(item.at, at, zone)}
            for item in recent_of(actor, at)
        ],
        "places": places_of(actor, at),
        "may_see_standing": (actor.is_dgs or actor.is_elected) and can_see_standing(actor).allowed,
    }
    return private(render_page(request, "accounts/home.html", context))


@never_cache
@read_view
def inbox(request: Any, org: str) -> HttpResponse:
    """`/c/<org>/messages/`: one line per object, the latest first."""
    actor, at = request.actor, now()
    rows = Notification.objects.filter(
        organisation=actor.organisation, person=actor.person, cancelled_at=None
    ).order_by("-last_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [
        {"line": line, "when": human_datetime(line.at, at, actor.organisation.timezone)}
        for line in shown_lines(actor, list(page.object_list))
    ]
    context = {"lines": lines, "page": page, "unread": any(not x["line"].read for x in lines)}
    return private(render_page(request, "accounts/inbox.html", context))


@post_view
def inbox_read(request: Any, org: str) -> HttpResponse:
    """Mark some lines as read, or all of them."""
    actor, at = request.actor, now()
    wanted = request.POST.getlist("line")
    try:
        uids = [UUID(word) for word in wanted] if wanted else None
    except ValueError:
        raise Http404 from None
    if uids is None and "all" not in request.POST:
        return redirect("accounts:inbox", org=org)
    following.mark_read(actor=actor, uids=uids, now=at)
    return redirect("accounts:inbox", org=org)


@never_cache
@read_view
def inbox_open(request: Any, org: str, uid: UUID) -> HttpResponse:
    """Go to what a line is about, from the inbox or from a mail. Having looked is traced on it."""
    actor = request.actor
    row = Notification.objects.filter(
        organisation=actor.organisation, person=actor.person, uid=uid, cancelled_at=None
    )
    shown = shown_lines(actor, list(row))
    if not shown:
        raise Http404
    with trace():
        following.mark_read(actor=actor, uids=[uid], now=now())
    return redirect(shown[0].href)


def _month(request: Any, today: date) -> tuple[int, int]:
    word = request.GET.get("mois", "")
    try:
        year, month = (int(part) for part in word.split("-"))
        date(year, month, 1)
    except ValueError:
        return today.year, today.month
    return (year, month) if 2000 <= year <= 2100 else (today.year, today.month)


def _shift(year: int, month: int, by: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + by
    return index // 12, index % 12 + 1


@never_cache
@read_view
def agenda(request: Any, org: str) -> HttpResponse:
    """`/c/<org>/agenda/`: dated things that I may see, a month at a time."""
    actor = request.actor
    zone = actor.organisation.timezone
    year, month = _month(request, actor.today)
    after = _shift(year, month, 1)
    start, end = (start_of_day(date(y, m, 1), zone) for y, m in ((year, month), after))
    days: dict[str, list[dict[str, Any]]] = {}
    for entry in entries_between(actor, start, end):
        local = entry.at.astimezone(start.tzinfo)
        days.setdefault(day_name(local), []).append(
            {
                "entry": entry,
                "hour": "" if entry.all_day else hour(local),
                "meta": " · ".join(part for part in (entry.place, entry.detail) if part),
            }
        )
    before = _shift(year, month, -1)
    context = {
        "month": f"{MONTHS[month - 1]} {year}",
        "days": [{"name": name, "entries": entries} for name, entries in days.items()],
        "before": {"href": f"?mois={before[0]}-{before[1]:02d}", "name": MONTHS[before[1] - 1]},
        "after": {"href": f"?mois={after[0]}-{after[1]:02d}", "name": MONTHS[after[1] - 1]},
    }
    return private(render_page(request, "accounts/agenda.html", context))


@login_not_required
@read_view
def accent(request: Any, org: str) -> HttpResponse:
    """`/c/<org>/accent.css`: the commune's colour, when it is readable. Public as its pages."""
    colour = get_object_or_404(Organisation.objects.only("accent"), slug=org).accent
    sheet = ""
    if colour and readable(colour):
        sheet = (
            f":root{{--commune-accent:{colour};--commune-accent-strong:{darker(colour)};"
            f"--commune-accent-tint:{tint(colour)}}}\n"
        )
    tag = f'"{hashlib.sha256(sheet.encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=300"
    return response


@post_view
def follow(request: Any, org: str) -> HttpResponse:
    """Follow or stop following an object, from any page; then back to that page."""
    actor = request.actor
    object_type = request.POST.get("type", "")
    try:
        object_uid = UUID(request.POST.get("object", ""))
    except ValueError:
        raise Http404 from None
    if object_type not in followables:
        raise Http404
    if request.POST.get("follow", "1") == "0":
        following.unfollow(actor=actor, object_uid=object_uid)
    else:
        if followables.get(object_type).can_follow(actor, object_uid) is None:
            raise Http404
        following.follow(actor=actor, object_type=object_type, object_uid=object_uid, now=now())
    back = request.POST.get("next", "")
    fine = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back) if fine else redirect("accounts:home", org=org)
