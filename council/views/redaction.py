"""What an agent decides before an act is put online."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from config.lib import clock
from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from config.lib.storage import blobs
from config.lib.text import plural
from council.dossier.written import blocks
from council.forms_formalities import RedactionForm
from council.models import Redaction
from council.services.acts import redacting
from council.services.refusals import Refusal
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
    form = RedactionForm(request.POST or None, reading=reading)
    count = len(reading.passages)
    intro = (
        f"{plural(count, 'passage', 'passages')} à regarder. L’original reste entier ; le public "
        "lira un nouveau fichier, où les passages cachés ne sont plus."
        if count
        else "Rien de personnel n’a été reconnu. Relisez tout de même le texte avant de publier."
    )
    return ask(
        request,
        form,
        lambda: redacting.redact(
            actor=request.actor,
            act=act,
            shown=form.cleaned_data["shown"],
            choices=form.choices(),
            now=clock.now(),
        ),
        back=back,
        act=act,
        title="Préparer le texte à mettre en ligne",
        intro=intro,
        submit="Faire le texte à mettre en ligne",
        template="council/acts/redaction.html",
        more={"blocks": blocks(reading.parts["text"]), "sentence": reading.parts["result"]},
        done="Le texte à mettre en ligne est prêt. Relisez-le avant de publier.",
    )


@read_view
def act_redacted(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The text as the public will read it."""
    act = kept_act(request, uid)
    one = get_object_or_404(Redaction.objects.select_related("version"), act=act)
    if one.version.media_type != "application/pdf":
        raise Http404
    return serve(
        request,
        blobs().path(one.version.storage_key),
        media_type=one.version.media_type,
        name=f"{act.reference} texte mis en ligne.pdf",
        inline=True,
    )
