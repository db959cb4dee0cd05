"""Several acts at once: signed, sent, received, published on one page, step by step."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, write_view
from config.lib.text import plural
from council.access_acts import can_bring_scan
from council.enums import PublicationMode
from council.forms_acts import TogetherForm
from council.services.acts import remaining
from council.services.acts.remaining import Outcome
from council.services.acts.settings import mode_on
from documents.services import filing
from documents.services.refusals import Refusal as NotDone

#: For each step: its tab, what it is for, its button, what was done.
_WORDS = {
    remaining.SIGN: (
        "À signer",
        "Signés à la main et gardés en mairie. Pour garder aussi les originaux, déposez plutôt "
        "leur scan : chaque page retrouve son acte.",
        "Noter la signature",
        "signé",
    ),
    remaining.SEND: (
        "À transmettre",
        "Déposés chez votre opérateur, ou portés à la préfecture.",
        "Noter l’envoi",
        "transmis",
    ),
    remaining.RECEIPT: (
        "Accusé attendu",
        "Déposez les accusés de réception (XML) tous ensemble : chacun retrouve son acte.",
        "Lire les accusés",
        "reçu en préfecture",
    ),
    remaining.PUBLISH: (
        "À publier",
        "Chacun paraît aussitôt sur les pages publiques. Un acte où un nom reste à regarder "
        "attend.",
        "Mettre en ligne",
        "publié",
    ),
    remaining.NOTIFY: (
        "À notifier",
        "Chacun se note à part, avec le nom de la personne et le jour.",
        "",
        "",
    ),
}
_POSTED = (
    "À publier",
    "Affichés à la porte de la mairie ce jour-là, comme le conseil l’a choisi.",
    "Noter l’affichage",
    "affiché",
)


@write_view
def acts_together(request: AuthedRequest, org: str) -> HttpResponse:
    """What acts wait for, one step a tab, with one day and one button for those that are ticked."""
    actor = request.actor
    require(can_bring_scan(actor))
    counts = {step: remaining.waiting_for(actor, step).count() for step in remaining.STEPS}
    asked = request.GET.get("reste", "")
    first = next((step for step in remaining.STEPS if counts[step]), remaining.SIGN)
    step = asked if asked in counts else first
    posted = mode_on(actor.organisation, actor.today) == PublicationMode.POSTING
    words = _POSTED if step == remaining.PUBLISH and posted else _WORDS[step]
    dated = step in (remaining.SIGN, remaining.SEND) or (step == remaining.PUBLISH and posted)
    bound = request.POST if request.method == "POST" else None
    form = TogetherForm(bound, today=actor.today, dated=dated)
    outcome = Outcome()
    if request.method == "POST" and form.is_valid():
        outcome = _do(request, step, form)
        if outcome.done:
            count = plural(len(outcome.done), f"acte {words[3]}", f"actes {words[3]}s")
            messages.success(request, f"{count.replace('reçu en préfectures', 'reçus')}.")
        elif not outcome.left:
            form.add_error(None, "Cochez au moins un acte, ou donnez un fichier.")
        if outcome.done and not outcome.left:
            return redirect(f"{request.path}?reste={step}")
    here = request.path
    context = {
        "org": org,
        "tabs": [
            (f"{_WORDS[one][0]} ({counts[one]})", f"{here}?reste={one}", one == step)
            for one in remaining.STEPS
        ],
        "step": step,
        "words": words,
        "files": step == remaining.RECEIPT,
        "form": form,
        "left": outcome.left,
        "acts": [
            (one, reverse("council:act", args=[org, one.uid]))
            for one in remaining.waiting_for(actor, step)
        ],
    }
    status = 422 if outcome.left or (form.is_bound and form.errors) else 200
    return render_page(request, "council/acts/together.html", context, status=status)


def _do(request: AuthedRequest, step: str, form: TogetherForm) -> Outcome:
    actor, now = request.actor, clock.now()
    if step == remaining.RECEIPT:
        return _receipts(request)
    ticked = [uid for one in request.POST.getlist("acte") if (uid := _uid(one))]
    acts = list(remaining.waiting_for(actor, step).filter(uid__in=ticked))
    on = form.cleaned_data.get("day") or actor.today
    if step == remaining.SIGN:
        return remaining.sign_together(actor=actor, acts=acts, on=on, now=now)
    if step == remaining.SEND:
        return remaining.send_together(actor=actor, acts=acts, on=on, now=now)
    if step == remaining.PUBLISH:
        return remaining.publish_together(actor=actor, acts=acts, on=on, now=now)
    return Outcome()


def _receipts(request: AuthedRequest) -> Outcome:
    received, refused = [], []
    for file in request.FILES.getlist("receipts"):
        try:
            received.append(filing.receive(file, file.name or "accuse.xml"))
        except NotDone as why:
            refused.append((file.name or "", str(why)))
    outcome = remaining.take_receipts(actor=request.actor, files=received, now=clock.now())
    outcome.left += refused
    return outcome


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
