"""The pages that ask: one form, one sentence, one button, the way back."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from config.lib.htmx import render_page
from config.lib.http import AuthedRequest
from council.forms import ReasonForm
from council.services.refusals import Refusal


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
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect(back)
    return form_page(
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
        "form": form,
        "title": title,
        "intro": intro,
        "submit": submit,
        "variant": variant,
        "back": back,
    }
    wrong = form.is_bound and bool(form.errors)
    return render_page(request, "council/form.html", context, status=422 if wrong else 200)
