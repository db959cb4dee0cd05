"""The page that asks: one form, one sentence, one button, the way back."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse

from config.lib.htmx import render_page
from config.lib.http import AuthedRequest


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
