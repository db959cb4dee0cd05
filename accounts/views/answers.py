"""What the pages of people and teams share: a page, its refusal, the page that asks first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse

from accounts.consequences import Effect
from accounts.services import inviting, joining, leaving, proposing, teams
from config.lib.htmx import render_page
from config.lib.http import private
from config.lib.text import MONTHS, day_number

REFUSALS = (
    joining.AlreadyMember,
    joining.DatesReversed,
    leaving.LastOfDirection,
    teams.AlreadyInTeam,
    teams.NotAMember,
    teams.LabelTaken,
    teams.DirectionStays,
    teams.KeptInStep,
    inviting.NoAddress,
    inviting.IdentifierTaken,
    proposing.NoLongerOpen,
)


def in_full(day: date | None) -> str:
    """1er mars 2026; "" without a day."""
    return f"{day_number(day.day)} {MONTHS[day.month - 1]} {day.year}" if day else ""


def page(
    request: Any, template: str, context: dict[str, Any], *, bad: bool = False
) -> HttpResponse:
    """A page of one person's eyes only; 422 when what was sent does not hold."""
    return private(render_page(request, template, context, status=422 if bad else 200))


def refused(
    request: Any, template: str, form: Any, refusal: Exception, **more: Any
) -> HttpResponse:
    """The form again, with why."""
    if isinstance(refusal, ValidationError) and hasattr(refusal, "error_dict"):
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, str(refusal))
    return page(request, template, {"form": form, **more}, bad=True)


def confirmed(request: Any) -> bool:
    """Whether what changes was shown, and agreed to."""
    return bool(request.POST.get("confirme") == "1")


def ask(
    request: Any,
    *,
    title: str,
    verb: str,
    effect: Effect,
    cancel: str,
    notes: tuple[str, ...] = (),
    danger: bool = False,
) -> HttpResponse:
    """The page that says who gains and who loses; the same form comes back, confirmed."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "confirme"}
        for value in values
    ]
    context = {
        "title": title,
        "verb": verb,
        "notes": notes,
        "kept": kept,
        "gains": effect.gains,
        "losses": effect.losses,
        "tone": "danger" if danger else "primary",
        "cancel": cancel,
        "address": request.path,
    }
    return page(request, "accounts/confirm_change.html", context)
