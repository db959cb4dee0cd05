"""The pages that ask: one form, one sentence, one button, the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from config.lib.htmx import render_page
from config.lib.http import AuthedRequest
from council.forms import ReasonForm
from council.services.refusals import Refusal


def done_with(
    request: AuthedRequest,
    form: forms.Form,
    act: Callable[[], object],
    *,
    done: str,
    to: str,
) -> HttpResponse | None:
    """Where to go once the form was sent and done what it says; None while it is to be shown: not
    sent yet, not filled as it should, or refused, for the reason that it now bears."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act()
    except Refusal as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, done)
    return redirect(to)


def answered(
    request: AuthedRequest,
    *,
    agree: Callable[[], object],
    refuse: Callable[[str], object],
    agreed: str,
    refused: str,
    to: str,
) -> tuple[ReasonForm, str, HttpResponse | None]:
    """« Oui », or « non » with its reason, as `council/answer.html` asks: the form of the reason,
    what stopped the answer, and where to go once it is given."""
    says_no = "refuse" in request.POST
    form = ReasonForm(request.POST if says_no else None)
    if request.method != "POST" or (says_no and not form.is_valid()):
        return form, "", None
    try:
        if says_no:
            refuse(form.cleaned_data["reason"])
        else:
            agree()
    except Refusal as stopped:
        return form, str(stopped), None
    messages.success(request, refused if says_no else agreed)
    return form, "", redirect(to)


def shown(
    request: AuthedRequest, template: str, form: forms.Form, context: dict[str, Any]
) -> HttpResponse:
    """A page with its form, as first shown, or as it comes back with what is wrong (422)."""
    wrong = form.is_bound and bool(form.errors)
    return render_page(request, template, context | {"form": form}, status=422 if wrong else 200)


def reason_page(
    request: AuthedRequest,
    *,
    title: str,
    submit: str,
    back: str,
    done: str,
    act: Callable[[str], object],
    intro: str = "",
    variant: str = "primary",
) -> HttpResponse:
    """The page that asks why. `act` is given the reason; what it refuses is said beside it.

    Whether the actor may is asked by the view, before.
    """
    form = ReasonForm(request.POST or None)
    return done_with(
        request, form, lambda: act(form.cleaned_data["reason"]), done=done, to=back
    ) or form_page(
        request, form, title=title, intro=intro, submit=submit, variant=variant, back=back
    )


def form_page(
    request: AuthedRequest,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    back: str,
    intro: str = "",
    variant: str = "primary",
) -> HttpResponse:
    """The form as first shown, or as it comes back with what is wrong (422)."""
    context = {
        "title": title,
        "intro": intro,
        "submit": submit,
        "variant": variant,
        "back": back,
    }
    return shown(request, "council/form.html", form, context)
