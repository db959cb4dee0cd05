"""What an agent decides before an act, a list or minutes are put online."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from config.lib.storage import blobs
from config.lib.text import plural
from council.access_acts import can_write_minutes
from council.dossier.written import blocks
from council.forms_formalities import RedactionForm
from council.models import Act, Minutes, Redaction, ResultList
from council.services import public_titles
from council.services.acts import lists, redacting, redacting_papers
from council.services.acts.passages import Choices, Reading
from council.services.refusals import Refusal
from council.views.afterwards import prepared
from council.views.fetch import meeting_or_404
from council.views.formalities import kept_act
from council.views.step import ask


@write_view
def act_redaction(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Each passage that may be personal, in its sentence, with one decision."""
    act = kept_act(request, uid)
    back = reverse("council:act", args=[org, act.uid])
    try:
        reading = redacting.read(act)
    except Refusal as refused:
        context = {"act": act, "back": back, "problem": str(refused)}
        return render_page(request, "council/acts/no_text.html", context)
    return _decide(
        request,
        reading,
        lambda shown, choices: redacting.redact(
            actor=request.actor, act=act, shown=shown, choices=choices, now=clock.now()
        ),
        back=back,
        act=act,
        whole="L’acte entier",
        shown=(reading.parts["text"], reading.parts["result"]),
    )


def _decide(
    request: AuthedRequest,
    reading: Reading,
    do: Callable[[str, Choices], object],
    *,
    back: str,
    whole: str,
    shown: tuple[str, str],
    act: Act | None = None,
    words: tuple[str, str, str, str] = (
        "Préparer le texte à mettre en ligne",
        "L’original reste entier ; le public lira un nouveau fichier, où les passages cachés ne "
        "sont plus.",
        "Faire le texte à mettre en ligne",
        "Le texte à mettre en ligne est prêt. Relisez-le avant de publier.",
    ),
) -> HttpResponse:
    """One decision for each passage, the ``whole`` below: its text and its last sentence."""
    form = RedactionForm(request.POST or None, reading=reading)
    count = len(reading.passages)
    intro = (
        f"{plural(count, 'passage', 'passages')} à regarder. {words[1]}"
        if count
        else "Rien de personnel n’a été reconnu. Relisez tout de même le texte avant de publier."
    )
    text, sentence = shown
    return ask(
        request,
        form,
        lambda: do(form.cleaned_data["shown"], form.choices()),
        back=back,
        act=act,
        title=words[0],
        intro=intro,
        submit=words[2],
        template="council/acts/redaction.html",
        more={"blocks": blocks(text), "sentence": sentence, "whole": whole},
        done=words[3],
    )


@write_view
def meeting_titles(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The titles of the agenda, online and at the door as soon as it is convened."""
    meeting = prepared(request, uid)
    reading = public_titles.read_titles(meeting)
    return _decide(
        request,
        reading,
        lambda shown, choices: public_titles.decide_titles(
            actor=request.actor, meeting=meeting, shown=shown, choices=choices, now=clock.now()
        ),
        back=reverse("council:meeting-posting", args=[org, uid]),
        whole="L’ordre du jour entier",
        shown=("\n".join(f"- {title}" for title in reading.parts.values()), ""),
        words=(
            "Ce que le public lit de l’ordre du jour",
            "Les membres gardent les titres entiers dans leur convocation ; seuls l’affiche et "
            "les pages publiques changent.",
            "Enregistrer ces titres",
            "Les titres publics sont enregistrés.",
        ),
    )


@write_view
def list_redaction(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The list of the deliberations of a session."""
    meeting = prepared(request, uid)
    if not ResultList.objects.filter(meeting=meeting, version__isnull=False).exists():
        raise Http404
    reading = lists.read_list(meeting)
    return _decide(
        request,
        reading,
        lambda shown, choices: redacting_papers.redact_list(
            actor=request.actor, meeting=meeting, shown=shown, choices=choices, now=clock.now()
        ),
        back=reverse("council:meeting-results", args=[org, uid]),
        whole="La liste entière",
        shown=("\n".join(f"- {title}" for title in reading.parts.values()), ""),
    )


@write_view
def minutes_redaction(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The minutes of a session, once approved."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_write_minutes(request.actor, meeting))
    one = get_object_or_404(
        Minutes.objects.select_related("meeting__assembly", "organisation"), meeting=meeting
    )
    reading = redacting_papers.read_minutes(one)
    return _decide(
        request,
        reading,
        lambda shown, choices: redacting_papers.redact_minutes(
            actor=request.actor, minutes=one, shown=shown, choices=choices, now=clock.now()
        ),
        back=reverse("council:minutes", args=[org, uid]),
        whole="Le procès-verbal entier",
        shown=("\n".join(text for text in reading.parts.values() if text), ""),
    )


def _serve_prepared(request: AuthedRequest, one: Redaction, name: str) -> HttpResponseBase:
    if one.version.media_type != "application/pdf":
        raise Http404
    return serve(
        request,
        blobs().path(one.version.storage_key),
        media_type=one.version.media_type,
        name=name,
        inline=True,
    )


@read_view
def list_redacted(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The list as the public will read it."""
    meeting = prepared(request, uid)
    rows = Redaction.objects.select_related("version")
    one = get_object_or_404(rows, result_list__meeting=meeting)
    return _serve_prepared(request, one, f"Liste {meeting.local_day} mise en ligne.pdf")


@read_view
def minutes_redacted(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The minutes as the public will read them."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_write_minutes(request.actor, meeting))
    rows = Redaction.objects.select_related("version")
    one = get_object_or_404(rows, minutes__meeting=meeting)
    return _serve_prepared(request, one, f"Procès-verbal {meeting.local_day} mis en ligne.pdf")


@read_view
def act_redacted(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The text as the public will read it."""
    act = kept_act(request, uid)
    one = get_object_or_404(Redaction.objects.select_related("version"), act=act)
    return _serve_prepared(request, one, f"{act.reference} texte mis en ligne.pdf")
