"""What is done with an act: write it, present it, sign it, note its formalities."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from council.access_acts import (
    acts_to_sign,
    can_agree_to_act,
    can_bring_scan,
    can_edit_act,
    can_keep_act,
    can_write_act,
)
from council.dossier.written import blocks
from council.enums import ActKind, ActState, PublicationMode, SignatureMode
from council.forms import ReasonForm
from council.forms_acts import (
    ActForm,
    NotificationForm,
    OriginalForm,
    PresentForm,
    PublicationForm,
    ScanForm,
    SignatureForm,
    TransmissionForm,
)
from council.home import lines_to_validate
from council.models import Act, Register
from council.services.acts import (
    drafting,
    formalities,
    orders,
    own_files,
    publishing,
    registers,
    scans,
    settings,
    signing,
    transmitting,
)
from council.services.refusals import Refusal
from council.views.acts import act_or_404
from council.views.step import ask, received
from documents.services.refusals import Refusal as NotDone

_KINDS = {"arrete": ActKind.ORDER, "decision": ActKind.DECISION}
_NEW = {ActKind.ORDER: "Nouvel arrêté", ActKind.DECISION: "Nouvelle décision du maire"}


def _url(org: str, act: Act) -> str:
    return reverse("council:act", args=[org, act.uid])


@write_view
def act_create(request: AuthedRequest, org: str, kind: str) -> HttpResponse:
    """Write an order or a decision, or bring one's own document."""
    if kind not in _KINDS:
        raise Http404
    actor, wanted, now = request.actor, _KINDS[kind], clock.now()
    # The first order of a commune makes its register; a GET makes nothing.
    register = Register.objects.filter(organisation=actor.organisation, kind=wanted).first()
    require(
        can_write_act(actor, register or Register(organisation=actor.organisation, kind=wanted))
    )
    form = ActForm(request.POST or None, request.FILES or None, kind=wanted)
    if not form.is_bound:
        form.initial["text"] = orders.MODELS[wanted]
    if request.method == "POST" and form.is_valid():
        try:
            brought = received(form, "own_file")
            made = orders.draft_act(
                actor=actor,
                register=register
                or registers.register_of_mayor(actor.organisation, wanted, now=now),
                content=form.content(),
                now=now,
            )
            if brought is not None:
                own_files.use_own_file(actor=actor, act=made, received=brought, now=now)
        except (Refusal, NotDone) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Le projet est enregistré.")
            return redirect(_url(org, made))
    return _editor(request, form, title=_NEW[wanted], back=reverse("council:act-list", args=[org]))


@write_view
def act_edit(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Rewrite an act that is not signed."""
    act = act_or_404(request.actor, uid)
    require(can_edit_act(request.actor, act))
    form = ActForm(request.POST or None, request.FILES or None, kind=ActKind(act.kind), act=act)
    theirs = ""
    if request.method == "POST" and form.is_valid():
        try:
            brought = received(form, "own_file")
            drafting.write_act(
                actor=request.actor, act=act, content=form.content(), now=clock.now()
            )
            if brought is not None:
                own_files.use_own_file(
                    actor=request.actor, act=act, received=brought, now=clock.now()
                )
            elif form.cleaned_data.get("to_editor"):
                own_files.return_to_editor(actor=request.actor, act=act, now=clock.now())
        except drafting.ChangedMeanwhile as refused:
            # What was typed stays; saving again is then meant.
            form.add_error(None, str(refused))
            fresh = Act.objects.get(pk=act.pk)
            theirs = fresh.text
            form.data = form.data.copy()
            form.data["revision"] = str(fresh.revision)
        except (Refusal, NotDone) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "L’acte est enregistré.")
            return redirect(_url(org, act))
    title = f"Modifier {act.reference or 'le projet'}"
    return _editor(request, form, title=title, back=_url(org, act), theirs=theirs)


def _editor(
    request: AuthedRequest, form: ActForm, *, title: str, back: str, theirs: str = ""
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "theirs": theirs}
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/acts/edit.html", context, status=status)


def _kept(request: AuthedRequest, uid: UUID) -> Act:
    act = act_or_404(request.actor, uid)
    require(can_keep_act(request.actor, act))
    return act


@write_view
def act_present(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Choose who signs; the number is given."""
    act = _kept(request, uid)
    actor = request.actor
    people = orders.signatories(actor.organisation, actor.today)
    form = PresentForm(request.POST or None, people=people)
    if act.signatory is not None:
        form.initial["signatory"] = act.signatory.uid
    return ask(
        request,
        form,
        lambda: signing.present_for_signature(
            actor=actor, act=act, signatory=form.cleaned_data["signatory"], now=clock.now()
        ),
        back=_url(org, act),
        act=act,
        title="Présenter à la signature",
        intro="L’acte prend son numéro, qui ne servira à aucun autre. Qui le signe est prévenu.",
        submit="Présenter à la signature",
        done="L’acte est présenté. Son numéro est donné.",
    )


@write_view
def act_signature(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The act came back signed."""
    act = _kept(request, uid)
    if act.signed_version is not None:
        return _replace_original(request, org, act)
    form = SignatureForm(request.POST or None, request.FILES or None)
    form.initial["signed_on"] = request.actor.today
    return ask(
        request,
        form,
        lambda: signing.note_signature(
            actor=request.actor,
            act=act,
            signed_on=form.cleaned_data["signed_on"],
            mode=SignatureMode(form.cleaned_data["mode"]),
            received=received(form, "file"),
            now=clock.now(),
        ),
        back=_url(org, act),
        act=act,
        title="Enregistrer la signature",
        intro="Plusieurs actes signés à la fois ? Déposez un seul scan : chaque page retrouve "
        "son acte.",
        submit="Enregistrer la signature",
        done="L’acte est signé.",
    )


def _replace_original(request: AuthedRequest, org: str, act: Act) -> HttpResponse:
    form = OriginalForm(request.POST or None, request.FILES or None)
    return ask(
        request,
        form,
        lambda: signing.replace_original(
            actor=request.actor,
            act=act,
            received=received(form, "file"),
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        ),
        back=_url(org, act),
        act=act,
        title="Remplacer l’original déposé par erreur",
        intro="Seulement si le fichier déposé n’est pas celui qui a été signé.",
        submit="Remplacer l’original",
        done="Le bon fichier a pris la place de l’autre.",
    )


@write_view
def act_send_back(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Back to a draft, with the reason."""
    act = _kept(request, uid)
    form = ReasonForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: signing.send_back(
            actor=request.actor, act=act, reason=form.cleaned_data["reason"], now=clock.now()
        ),
        back=_url(org, act),
        act=act,
        title="Reprendre l’acte avant sa signature",
        intro="Son numéro reste le sien.",
        submit="Reprendre",
        done="L’acte redevient un projet.",
    )


@write_view
def act_cancel(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Give the act up; its number stays empty in the register, with the reason."""
    act = _kept(request, uid)
    form = ReasonForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: signing.cancel_number(
            actor=request.actor, act=act, reason=form.cleaned_data["reason"], now=clock.now()
        ),
        back=_url(org, act),
        act=act,
        title="Abandonner l’acte",
        intro="S’il a un numéro, le registre dira pourquoi il est vide.",
        submit="Abandonner l’acte",
        done="L’acte est abandonné.",
    )


@write_view
def act_transmission(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Sent to the prefecture; the receipt that came back."""
    act = _kept(request, uid)
    form = TransmissionForm(request.POST or None, request.FILES or None)
    form.initial = {"received_on": act.received_on, "receipt_id": act.receipt_id}

    def note() -> None:
        data, now = form.cleaned_data, clock.now()
        if data["sent_on"]:
            at = datetime.combine(
                data["sent_on"], time(12), tzinfo=ZoneInfo(act.organisation.timezone)
            )
            formalities.note_transmission(actor=request.actor, act=act, at=min(at, now), now=now)
        brought = received(form, "receipt")
        if brought is not None:
            transmitting.take_receipt(actor=request.actor, act=act, received=brought, now=now)
        elif data["received_on"]:
            transmitting.note_receipt_by_hand(
                actor=request.actor,
                act=act,
                received_on=data["received_on"],
                receipt_id=data["receipt_id"],
                now=now,
            )

    return ask(
        request,
        form,
        note,
        back=_url(org, act),
        act=act,
        title="Transmission à la préfecture",
        submit="Noter",
        done="La transmission est notée.",
    )


@write_view
def act_publication(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Published, posted or printed."""
    act = _kept(request, uid)
    lawful = settings.mode_on(act.organisation, request.actor.today)
    form = PublicationForm(request.POST or None, request.FILES or None, lawful=lawful)
    form.initial["published_on"] = request.actor.today
    return ask(
        request,
        form,
        lambda: publishing.publish_act(
            actor=request.actor,
            act=act,
            mode=PublicationMode(form.cleaned_data["mode"]),
            on=form.cleaned_data["published_on"],
            elsewhere=form.cleaned_data["elsewhere"],
            received=received(form, "file"),
            now=clock.now(),
        ),
        back=_url(org, act),
        act=act,
        title="Publication",
        intro="En ligne, le texte paraît aussitôt sur les pages publiques de la commune. "
        "Préparez-le d’abord (« Préparer le texte à mettre en ligne ») : aucune donnée "
        "personnelle protégée ne doit y rester.",
        submit="Publier",
        done="La publication est notée.",
    )


@write_view
def act_notification(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Handed to the person concerned."""
    act = _kept(request, uid)
    form = NotificationForm(request.POST or None)
    form.initial["notified_on"] = request.actor.today
    return ask(
        request,
        form,
        lambda: formalities.note_notification(
            actor=request.actor,
            act=act,
            on=form.cleaned_data["notified_on"],
            to=form.cleaned_data["notified_to"],
            now=clock.now(),
        ),
        back=_url(org, act),
        act=act,
        title="Notification",
        intro="Remis en main propre contre signature, ou par lettre recommandée.",
        submit="Noter la notification",
        done="La notification est notée.",
    )


@write_view
def act_scan(request: AuthedRequest, org: str) -> HttpResponse:
    """One scan of several signed acts: each page goes back to its act."""
    actor = request.actor
    require(can_bring_scan(actor))
    form = ScanForm(request.POST or None, request.FILES or None)
    form.initial["signed_on"] = actor.today
    if request.method == "POST" and form.is_valid():
        try:
            brought = received(form, "file")
            assert brought is not None  # noqa: S101 - the field is required
            scans.bring_scan(
                actor=actor,
                received=brought,
                signed_on=form.cleaned_data["signed_on"],
                now=clock.now(),
            )
        except (Refusal, NotDone) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                "Le scan est reçu. Chaque acte retrouve ses pages dans quelques minutes ; celles "
                "qui ne se lisent pas iront dans « À classer ».",
            )
            return redirect("council:act-list", org)
    context = {
        "form": form,
        "title": "Déposer un scan d’actes signés",
        "intro": "Scannez toutes les pages signées à la suite, dans l’ordre que vous voulez. Le "
        "carré imprimé au bas de chaque page dit de quel acte elle est.",
        "submit": "Déposer le scan",
        "back": reverse("council:act-list", args=[org]),
        "multipart": True,
        "act": None,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/acts/step.html", context, status=status)


@read_view
def acts_waiting(request: AuthedRequest, org: str) -> HttpResponse:
    """The mayor, on a phone: what waits for a yes, then for a signature; the first in one press."""
    rows = acts_to_sign(request.actor).select_related("register").order_by("year", "number", "pk")
    acts = [(one, reverse("council:act-sign", args=[org, one.uid]), one.agreed_at) for one in rows]
    to_validate = lines_to_validate(request.actor, clock.now())
    unread = next((href for _, href, agreed in acts if not agreed), "")
    first = None
    if to_validate:
        href = to_validate[0]["href"]
        first = {"label": "Commencer par valider", "href": href, "icon": "clipboard-check"}
    elif unread:
        first = {"label": "Lire le premier acte", "href": unread, "icon": "pen"}
    context = {"org": org, "acts": acts, "to_validate": to_validate, "first": first}
    return render_page(request, "council/acts/waiting.html", context)


@write_view
def act_sign(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The mayor, on a phone: read one act, say « bon pour signature » or ask for a correction."""
    actor = request.actor
    act = act_or_404(actor, uid)
    require(can_agree_to_act(actor, act))
    refusing = request.POST.get("refuse") == "1"
    form = ReasonForm(request.POST if refusing else None)
    problem = ""
    if request.method == "POST":
        try:
            if not refusing:
                signing.agree(
                    actor=actor, act=act, shown=request.POST.get("shown", ""), now=clock.now()
                )
                messages.success(request, "Votre bon pour signature est noté.")
                return redirect("council:acts-waiting", org)
            if form.is_valid():
                signing.send_back(
                    actor=actor, act=act, reason=form.cleaned_data["reason"], now=clock.now()
                )
                messages.success(request, "La correction est demandée.")
                return redirect("council:acts-waiting", org)
        except Refusal as refused:
            problem = str(refused)
    version = act.draft_version
    context = {
        "org": org,
        "act": act,
        "form": form,
        "problem": problem,
        "blocks": blocks(act.text),
        "shown": version.sha256 if version else "",
        "waiting": act.state == ActState.TO_SIGN,
        "agreed": bool(act.agreed_at),
    }
    status = 422 if problem or (form.is_bound and form.errors) else 200
    return render_page(request, "council/acts/sign.html", context, status=status)
