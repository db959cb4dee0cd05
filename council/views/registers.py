"""Registers: their years and tables, their model and folder, the year bound in one file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.storage import blobs
from config.lib.text import plural
from council.access_acts import kept_registers
from council.enums import ActKind, ActState
from council.forms_acts import RegisterForm
from council.models import Act, BoundRegister, Register
from council.services.acts import binding, open_data, printing, registers
from council.services.acts.registers import missing_numbers
from council.services.refusals import Refusal
from council.views.step import ask
from documents.access import visible_folders
from documents.views.choosing import Destination, folder_named


def register_or_404(actor: Actor, uid: UUID) -> Register:
    """A register that the actor keeps, or whose acts they may see."""
    rows = Register.objects.filter(organisation=actor.organisation).select_related(
        "assembly__organisation", "folder", "organisation"
    )
    register = get_object_or_404(rows, uid=uid)
    if not kept_registers(actor).filter(pk=register.pk).exists():
        raise Http404
    return register


@read_view
def register(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One register: its years, the gap check, its tables by date and by subject, its model."""
    one = register_or_404(request.actor, uid)
    rows = Act.objects.filter(register=one).numbered()
    years = sorted(set(rows.values_list("year", flat=True)), reverse=True)
    wanted = request.GET.get("annee", "")
    year = int(wanted) if wanted.isdecimal() and int(wanted) in years else None
    year = year or (years[0] if years else None)
    acts = list(rows.filter(year=year).select_related("register")) if year else []
    for act_ in acts:
        act_.register = one
    by_subject: dict[str, list[Act]] = {}
    for act_ in acts:
        by_subject.setdefault(act_.subject_code, []).append(act_)
    missing = missing_numbers(one, year) if year else []
    context = {
        "org": org,
        "register": one,
        "years": [(str(one), f"?annee={one}", one == year) for one in years],
        "year": year,
        "acts": acts,
        "by_subject": [
            (printing.subject_words(code) if code else "Sans matière", by_subject[code])
            for code in sorted(by_subject, key=_natural)
        ],
        "missing": ", ".join(str(n) for n in missing),
        "count": plural(len(acts), "numéro", "numéros"),
        "unsigned": sum(1 for act_ in acts if act_.state in (ActState.DRAFT, ActState.TO_SIGN)),
        "bound": BoundRegister.objects.filter(register=one, year=year)
        .select_related("version")
        .first(),
        "is_deliberations": one.kind == ActKind.DELIBERATION,
        "open_data": open_data.lacking(one.organisation, today=request.actor.today)
        if one.kind == ActKind.DELIBERATION
        else [],
        "today": clock.now(),
    }
    return render_page(request, "council/acts/register.html", context)


@post_view
def register_bind(request: AuthedRequest, org: str, uid: UUID, year: int) -> HttpResponse:
    """Have the register of a year made."""
    one = register_or_404(request.actor, uid)
    try:
        binding.ask_for_binding(actor=request.actor, register=one, year=year, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Le registre se prépare. Il paraîtra ici dans quelques minutes.")
    return redirect(f"{reverse('council:register', args=[org, uid])}?annee={year}")


@read_view
def register_file(request: AuthedRequest, org: str, uid: UUID, year: int) -> HttpResponseBase:
    """The register of a year as it was last made."""
    one = register_or_404(request.actor, uid)
    bound = get_object_or_404(
        BoundRegister.objects.select_related("version"), register=one, year=year
    )
    if bound.version is None:
        raise Http404
    return serve(
        request,
        blobs().path(bound.version.storage_key),
        media_type=bound.version.media_type,
        name=f"{one.name} {year}.pdf",
        inline=True,
    )


@write_view
def register_model(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The commune's own words on its acts."""
    one = register_or_404(request.actor, uid)
    form = RegisterForm(request.POST or None, initial={"head": one.head, "mention": one.mention})
    return ask(
        request,
        form,
        lambda: registers.choose_words(
            actor=request.actor,
            register=one,
            head=form.cleaned_data["head"],
            mention=form.cleaned_data["mention"],
            now=clock.now(),
        ),
        back=reverse("council:register", args=[org, uid]),
        title=f"Modèle : {one.name}",
        intro="Ce qui s’imprime au-dessus du nom de la collectivité et à la fin de l’acte.",
        submit="Enregistrer",
        done="Le modèle est enregistré. Il vaut pour les prochains actes.",
    )


@write_view
def register_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Where the acts of a register are filed: the tree is walked as for a move."""
    actor = request.actor
    one = register_or_404(actor, uid)
    back = reverse("council:register", args=[org, uid])
    asked = request.POST.get("vers") or request.GET.get("vers") or ""
    target = folder_named(request, asked) or one.folder
    target = target or visible_folders(actor).filter(parent=None).first()
    place = Destination([], target)
    if request.method == "POST" and target is not None:
        try:
            registers.choose_folder(actor=actor, register=one, folder=target, now=clock.now())
        except Refusal as refused:
            place.problem = str(refused)
        else:
            messages.success(request, f"Les prochains actes iront dans « {target.name} ».")
            return redirect(back)
    context = place.context(
        request,
        title=f"Dossier : {one.name}",
        back=back,
        verb="Choisir ce dossier",
        confirm="Choisir ce dossier",
        icon="folder-input",
        stay_out=False,
        hint="Les actes d’un point vont d’abord dans le dossier de ses pièces.",
    )
    return render_page(request, "documents/move.html", context)


def _natural(code: str) -> tuple[bool, list[int]]:
    return code == "", [int(part) for part in code.split(".") if part.isdecimal()]
