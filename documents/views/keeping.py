"""How long things are kept: the rule of a folder, and the slips of elimination."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from config.lib.text import human_datetime, human_size, number, plural
from documents.access import can_eliminate, can_manage, visible_slips
from documents.enums import Keeping
from documents.forms.documents import KeepingForm, VisaForm
from documents.models import EliminationSlip
from documents.services import eliminating, keeping
from documents.services.refusals import Refusal
from documents.views.fetch import folder_or_404


@write_view
def folder_keeping(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What becomes of what is thrown away from this folder."""
    folder = folder_or_404(request.actor, uid)
    require(can_manage(request.actor, folder))
    rule = keeping.rule_over(folder)
    own = rule is not None and rule.folder_id == folder.pk
    form = KeepingForm(
        request.POST if request.method == "POST" else None,
        initial={"keeping": rule.keeping if rule and own else ""},
    )
    back = reverse("documents:folder", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["keeping"]
        keeping.set_keeping(
            actor=request.actor,
            folder=folder,
            keeping=Keeping(chosen) if chosen else None,
            now=clock.now(),
        )
        messages.success(request, "La conservation est enregistrée.")
        return redirect(back)
    above = "" if own else (rule.get_keeping_display() if rule else Keeping.ON_VISA.label)
    context = {"form": form, "folder": folder, "above": above, "back": back}
    return render_page(
        request, "documents/keeping.html", context, status=422 if form.errors else 200
    )


@write_view
def slips(request: AuthedRequest, org: str) -> HttpResponse:
    """The slips, and the button that draws up the next one."""
    require(can_eliminate(request.actor))
    if request.method == "POST":
        try:
            made = eliminating.prepare_slip(actor=request.actor, now=clock.now())
        except Refusal as refused:
            messages.error(request, str(refused))
            return redirect("documents:slips", org)
        messages.success(request, f"Le {str(made).lower()} est prêt à imprimer et à envoyer.")
        return redirect("documents:slip", org, made.uid)
    zone, now = request.actor.organisation.timezone, clock.now()
    lines = [
        {
            "title": str(one),
            "href": reverse("documents:slip", args=[org, one.uid]),
            "meta": f"{plural(one.count, 'document')}, "
            f"établi {human_datetime(one.created_at, now, zone)}",
            "state": _state(one),
        }
        for one in visible_slips(request.actor)
        .annotate(count=Count("lines"))
        .order_by("-year", "-number")
    ]
    return render_page(request, "documents/slips.html", {"lines": lines})


@write_view
def slip(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One slip: what it lists, its visa, and its execution once stamped."""
    here = get_object_or_404(visible_slips(request.actor), uid=uid)
    form = VisaForm(request.POST if request.POST.get("do") == "visa" else None)
    if request.method == "POST":
        try:
            answer = _act(request, org, here, form)
        except Refusal as refused:
            messages.error(request, str(refused))
            answer = redirect("documents:slip", org, uid)
        if answer is not None:
            return answer
    context = {
        **_described(here),
        "form": form,
        "print_href": reverse("documents:slip-print", args=[org, uid]),
        "back": reverse("documents:slips", args=[org]),
        "asking": request.GET.get("executer") == "1",
    }
    return render_page(request, "documents/slip.html", context, status=422 if form.errors else 200)


def _act(
    request: AuthedRequest, org: str, here: EliminationSlip, form: VisaForm
) -> HttpResponse | None:
    what, now = request.POST.get("do"), clock.now()
    if what == "visa":
        if not form.is_valid():
            return None
        eliminating.record_visa(
            actor=request.actor,
            slip=here,
            reference=form.cleaned_data["reference"],
            day=form.cleaned_data["day"],
            now=now,
        )
        messages.success(request, "Le visa est inscrit. Vous pouvez exécuter le bordereau.")
    elif what == "execute":
        erased, kept = eliminating.execute_slip(actor=request.actor, slip=here, now=now)
        said = f"{plural(erased, 'document éliminé', 'documents éliminés')}."
        messages.success(request, said + (f" {number(kept)} gardés." if kept else ""))
    elif what == "abandon":
        eliminating.abandon_slip(actor=request.actor, slip=here, now=now)
        messages.success(request, "Le bordereau est abandonné. Rien n’a été effacé.")
    return redirect("documents:slip", org, here.uid)


@read_view
def print_slip(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The slip on paper, for the departmental archives."""
    here = get_object_or_404(visible_slips(request.actor), uid=uid)
    context = {**_described(here), "organisation": request.actor.organisation}
    return render_page(request, "documents/slip_print.html", context)


def _described(here: EliminationSlip) -> dict[str, object]:
    lines = here.lines.order_by("place", "title", "pk")
    total = lines.aggregate(size=Sum("size"))["size"] or 0
    return {
        "slip": here,
        "state": _state(here),
        "open": not (here.executed_at or here.abandoned_at),
        "lines": [
            {
                "title": line.title,
                "place": line.place,
                "dates": line.first_date.strftime("%d/%m/%Y")
                if line.first_date == line.last_date
                else f"{line.first_date:%d/%m/%Y} – {line.last_date:%d/%m/%Y}",
                "size": human_size(line.size),
                "outcome": line.outcome,
                "sha256": line.sha256,
            }
            for line in lines
        ],
        "summary": f"{plural(lines.count(), 'document')}, {human_size(total)}",
    }


def _state(slip: EliminationSlip) -> str:
    if slip.executed_at:
        return "exécuté"
    if slip.abandoned_at:
        return "abandonné"
    return "visé, à exécuter" if slip.visa_date else "attend le visa des archives"
