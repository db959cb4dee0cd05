"""One form, one sentence, one button: the shape of every step of an act, a list or minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from config.lib.htmx import render_page
from config.lib.http import AuthedRequest
from council.models import Act
from council.services.refusals import Refusal
from documents.services import filing
from documents.services.refusals import Refusal as NotDone


def ask(
    request: AuthedRequest,
    form: forms.Form,
    do: Callable[[], Any],
    *,
    back: str,
    title: str,
    submit: str,
    done: str,
    intro: str = "",
    act: Act | None = None,
    template: str = "council/acts/step.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or do what it asks and go ``back``. A refusal keeps what was typed.

    ``more`` is what a ``template`` of its own shows beside.
    """
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except (Refusal, NotDone) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect(back)
    context = {
        "form": form,
        "title": title,
        "intro": intro,
        "submit": submit,
        "back": back,
        "act": act,
        "multipart": form.is_multipart(),
        **(more or {}),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, template, context, status=status)


def received(form: forms.Form, name: str) -> filing.Received | None:
    """The bytes of a field, safely on disk; None when the field is empty."""
    file = form.cleaned_data.get(name)
    return filing.receive(file, file.name) if file else None
