"""Bringing many people in from a spreadsheet: the page that looks, then the one that does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import can_administer
from accounts.forms import PeopleFileForm
from accounts.services import importing
from accounts.views.answers import page
from config.lib.access import require
from config.lib.clock import now
from config.lib.http import read_view, write_view
from config.lib.text import plural


@write_view
def people_import(request: Any, org: str) -> HttpResponse:
    """A file is looked at and shown line by line; confirmed, all of it is saved, or nothing."""
    actor = request.actor
    require(can_administer(actor))
    if request.method != "POST":
        return page(
            request, "accounts/people_import.html", {"form": PeopleFileForm(), "problem": ""}
        )
    text = request.POST.get("text", "")
    form = PeopleFileForm(request.POST, request.FILES)
    try:
        if text:
            done = importing.import_people(actor=actor, text=text, now=now())
            new = sum(entry.known is None for entry in done)
            messages.success(
                request,
                f"{plural(len(done), 'ligne enregistrée', 'lignes enregistrées')}, dont "
                f"{plural(new, 'nouvelle personne', 'nouvelles personnes')}.",
            )
            return redirect("accounts:people", org=org)
        if not form.is_valid():
            return page(
                request, "accounts/people_import.html", {"form": form, "problem": ""}, bad=True
            )
        text = importing.decode(form.cleaned_data["file"].read())
        entries = importing.look(actor=actor, text=text)
    except importing.NotReadable as wrong:
        form = PeopleFileForm()
        context = {"form": form, "problem": str(wrong)}
        return page(request, "accounts/people_import.html", context, bad=True)
    wrong_lines = sum(bool(entry.problems) for entry in entries)
    context = {
        "entries": entries,
        "text": text,
        "wrong": plural(wrong_lines, "ligne est à corriger", "lignes sont à corriger")
        if wrong_lines
        else "",
        "count": plural(len(entries), "ligne lue", "lignes lues"),
        "verb": f"Enregistrer {plural(len(entries), 'ligne')}",
    }
    return page(request, "accounts/people_import_check.html", context, bad=bool(wrong_lines))


@read_view
def people_import_template(request: Any, org: str) -> HttpResponse:
    """The file to fill in; its mark lets a spreadsheet read the accents."""
    require(can_administer(request.actor))
    response = HttpResponse("\ufeff" + importing.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="personnes.csv"'
    return response
