"""The prefecture: what the commune must know of it, the @ctes archive of an act."""

from __future__ import annotations

import tempfile
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from council.access_acts import can_keep_act, can_set_formalities
from council.forms_formalities import FormalitiesForm, PrefectureForm
from council.models import Act, Transmission
from council.services.acts import settings, transmitting
from council.services.refusals import Refusal
from council.views.acts import act_or_404
from council.views.step import ask


def kept_act(request: AuthedRequest, uid: UUID) -> Act:
    """An act of a register that the actor keeps."""
    act = act_or_404(request.actor, uid)
    require(can_keep_act(request.actor, act))
    return act


@write_view
def formalities(request: AuthedRequest, org: str) -> HttpResponse:
    """What the prefecture gave the commune, and how it publishes its acts."""
    actor = request.actor
    require(can_set_formalities(actor))
    kept = settings.settings_of(actor.organisation)
    form = FormalitiesForm(request.POST or None, instance=kept)
    return ask(
        request,
        form,
        lambda: settings.set_formalities(actor=actor, now=clock.now(), **form.cleaned_data),
        back=reverse("council:act-list", args=[org]),
        title="Préfecture et publication",
        intro="Ces informations sont dans la convention de télétransmission signée avec le "
        "préfet. Le SIREN vient des coordonnées de la collectivité.",
        submit="Enregistrer",
        done="Les réglages sont enregistrés.",
        template="council/acts/formalities.html",
        more={
            "warnings": [one.message for one in settings.findings(kept.organisation, actor.today)]
        },
    )


@write_view
def act_prefecture(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What would be refused, the pieces and their types, the archive to deposit."""
    act = kept_act(request, uid)
    actor, now = request.actor, clock.now()
    making = request.POST.get("what") == "archive"
    data = None if making else request.POST or None
    form = PrefectureForm(data, act=act, pieces=transmitting.pieces_of(act))
    problem = ""
    if request.method == "POST":
        try:
            if making:
                transmitting.make_archive(actor=actor, act=act, now=now)
                messages.success(request, "L’archive est prête à déposer.")
                return redirect(request.path)
            if form.is_valid():
                transmitting.type_files(
                    actor=actor,
                    act=act,
                    matter=form.cleaned_data["subject_code"],
                    nature=form.cleaned_data["nature"],
                    typology=form.cleaned_data["typology"],
                    pieces=form.chosen(),
                    now=now,
                )
                messages.success(request, "Les pièces et leurs types sont enregistrés.")
                return redirect(request.path)
        except Refusal as refused:
            problem = str(refused)
    context = {
        "org": org,
        "act": act,
        "form": form,
        "problem": problem,
        "findings": list(
            dict.fromkeys(one.message for one in transmitting.findings(act, ready_to_send=True))
        ),
        "expected": transmitting.expected_id(act),
        "may_set": bool(can_set_formalities(actor)),
        "sendings": [
            (one, reverse("council:act-archive", args=[org, act.uid, one.uid]))
            for one in Transmission.objects.filter(act=act)
        ],
        "back": reverse("council:act", args=[org, act.uid]),
    }
    status = 422 if problem or (form.is_bound and form.errors) else 200
    return render_page(request, "council/acts/prefecture.html", context, status=status)


@read_view
def act_archive(request: AuthedRequest, org: str, uid: UUID, sending: UUID) -> FileResponse:
    """The archive, made again from what was kept of it."""
    act = kept_act(request, uid)
    one = get_object_or_404(
        Transmission.objects.select_related("organisation"), act=act, uid=sending
    )
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    name = transmitting.write_archive(one, target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/gzip")
