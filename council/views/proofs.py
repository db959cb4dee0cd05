"""The proof as a file, and what the town hall heard by telephone."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.downloads import content_disposition
from config.lib.http import AuthedRequest, post_view, private, read_view, write_view
from council.access import can_prepare_meeting
from council.enums import Intent, Means
from council.forms import ByUid
from council.models import ConvocationProof, Mandate, Meeting
from council.services import answering, proof_making
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.pages import form_page


@post_view
def proof_make(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Draw the proof up as things stand."""
    meeting = meeting_or_404(request.actor, uid)
    try:
        proof = proof_making.make_proof(actor=request.actor, meeting=meeting, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"La preuve n° {proof.n} est établie et gardée.")
    return redirect(reverse("council:meeting-proof", args=[org, uid]) + "#preuves")


def _proof(actor: Actor, uid: UUID, n: int) -> ConvocationProof:
    meeting = meeting_or_404(actor, uid)
    require(can_prepare_meeting(actor, meeting))
    return get_object_or_404(ConvocationProof, meeting=meeting, n=n)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    return private(response)


@read_view
def proof_file(request: AuthedRequest, org: str, uid: UUID, n: int) -> HttpResponse:
    """A proof as it was drawn up."""
    proof = _proof(request.actor, uid, n)
    day = proof.meeting.local_day.isoformat()
    return _file(bytes(proof.pdf), f"Preuve de convocation {day}, n° {n}.pdf", "application/pdf")


@read_view
def proof_stamp(request: AuthedRequest, org: str, uid: UUID, n: int) -> HttpResponse:
    """Its time-stamp, for whoever checks it with their own tools."""
    proof = _proof(request.actor, uid, n)
    if proof.stamp is None:
        raise Http404
    day = proof.meeting.local_day.isoformat()
    name = f"Preuve de convocation {day}, n° {n}.tsr"
    return _file(bytes(proof.stamp), name, "application/timestamp-reply")


class _PersonOf(ByUid):
    def label_from_instance(self, obj: Mandate) -> str:
        return obj.person.full_name


class HeardForm(forms.Form):
    """« Réponse reçue par téléphone, par… »"""

    member = _PersonOf(queryset=Mandate.objects.none(), label="Qui a répondu", empty_label=None)
    intent = forms.ChoiceField(
        label="Sa réponse",
        choices=[
            (Intent.PRESENT, "Sera là"),
            (Intent.ABSENT, "Ne sera pas là"),
            (Intent.PROXY, "Donne pouvoir à…"),
        ],
        widget=forms.RadioSelect,
    )
    holder = _PersonOf(
        queryset=Mandate.objects.none(),
        label="Pouvoir donné à",
        required=False,
        empty_label="Personne",
        help_text="Un pouvoir se donne par écrit : gardez-le avec le dossier de la séance.",
    )
    means = forms.ChoiceField(label="Reçue", choices=Means.choices)
    received_by = ByUid(queryset=None, label="Par", empty_label=None)

    def __init__(self, data: object, *, actor: Actor, meeting: Meeting, **options: object) -> None:
        super().__init__(data, **options)  # type: ignore[arg-type]
        seats = (
            Mandate.objects.filter(assembly=meeting.assembly_id)
            .current(meeting.local_day)
            .select_related("person")
            .in_order_of_the_tableau()
        )
        self.fields["member"].queryset = seats  # type: ignore[attr-defined]
        self.fields["holder"].queryset = seats.voting()  # type: ignore[attr-defined]
        agents = answering.receivers(meeting, now=clock.now())
        self.fields["received_by"].queryset = agents  # type: ignore[attr-defined]
        self.fields["received_by"].initial = actor.person.uid


@write_view
def answer_note(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Note an answer or a pouvoir that a member gave by telephone, at the counter, on paper."""
    actor = request.actor
    meeting = meeting_or_404(actor, uid)
    require(can_prepare_meeting(actor, meeting))
    form = HeardForm(
        request.POST or None,
        actor=actor,
        meeting=meeting,
        initial={"means": Means.PHONE},
    )
    back = reverse("council:meeting-proof", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            answering.note_answer(
                actor=actor,
                meeting=meeting,
                person=told["member"].person,
                intent=Intent(told["intent"]),
                holder=told["holder"].person if told["holder"] else None,
                received_by=told["received_by"],
                means=Means(told["means"]),
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"La réponse de {told['member'].person.full_name} est notée.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Noter une réponse reçue",
        intro="Par téléphone, en mairie ou sur papier. La preuve dira qui l’a reçue.",
        submit="Noter la réponse",
        back=back,
    )
