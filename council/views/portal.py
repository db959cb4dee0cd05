"""The élu's one screen: the meeting, the dossier, the answer."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.defaultfilters import date as format_date
from django.urls import NoReverseMatch, reverse

from accounts.models import Person
from config.lib import clock
from config.lib.downloads import content_disposition, serve
from config.lib.htmx import render_page
from config.lib.http import post_view, read_view, write_view
from config.lib.text import join_french, plural
from council import papers
from council.enums import Function, Intent
from council.models import Mandate
from council.services import acknowledging, answering, interests, links
from council.services.refusals import Refusal
from council.views.portal_reading import answered_for, new_pieces, read_marks
from council.views.portal_session import Visit, close_session, portal_page, sealed
from council.views.portal_words import answer_words, day_and_hour, how_soon

#: What the first screen leads to.
HOME_LINKS = (
    "open",
    "answer",
    "proxy",
    "whole",
    "calendar",
    "convocation",
    "receipt",
    "rights",
    "interests",
)


def frame(visit: Visit) -> dict[str, Any]:
    """What every page of a dossier shows around its content."""
    return {
        "visit": visit,
        "organisation": visit.own.organisation.name,
        "phone": links.phone_of(visit.own),
        "person_name": visit.person.full_name,
        "home_url": visit.url("home"),
        "decisions_url": visit.url("follow-ups"),
        "my_notes_url": visit.url("notes"),
        "mine_url": reverse("portal:mine") if visit.source == "account" else "",
        "help_url": _lesson() if visit.own.organisation.training_enabled else "",
        "leave_url": visit.url("leave") if visit.source == "link" else "",
    }


def _lesson() -> str:
    """The short module that explains these pages, when there is one here."""
    try:
        return reverse("training:public", args=["ouvrir-son-dossier"])
    except NoReverseMatch:
        return ""


@read_view
def mine(request: HttpRequest) -> HttpResponseBase:
    """« Mes séances »: every dossier sent to the person signed in, wherever they sit."""
    now = clock.now()
    person = cast(Person, request.user)
    seen: dict[int, Any] = {}
    for one in links.sent_to(person, now=now):
        seen.setdefault(one.meeting_id, one)  # the latest edition comes first
    cards = [
        {
            "title": one.meeting.assembly.name,
            "organisation": one.organisation.name,
            "when": day_and_hour(one.meeting),
            "soon": how_soon(one.meeting, now=now),
            "place": one.meeting.place,
            "cancelled": one.meeting.cancelled_at is not None,
            "url": reverse("portal:home", args=[one.uid]),
            "coming": one.meeting.starts_at >= now,
            "starts_at": one.meeting.starts_at,
        }
        for one in seen.values()
    ]
    coming = sorted((one for one in cards if one["coming"]), key=lambda one: one["starts_at"])
    past = sorted(
        (one for one in cards if not one["coming"]), key=lambda one: one["starts_at"], reverse=True
    )
    context = {"coming": coming, "past": past, "person_name": person.full_name}
    return sealed(render_page(request, "council/portal/mine.html", context))


@portal_page
@read_view
def home(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """One screen: when and where, the big button, the answer."""
    standing = answering.standing(visit.own, now=visit.now)
    unread = new_pieces(visit) - read_marks(request)
    given = answered_for(visit).count()
    changed = links.changed_since(visit.latest)
    named = len(interests.points_named(visit.person, visit.latest.edition))
    context = frame(visit) | {
        "title": visit.meeting.assembly.name,
        "when": day_and_hour(visit.meeting),
        "soon": how_soon(visit.meeting, now=visit.now),
        "place": visit.meeting.place,
        "cancelled": visit.meeting.cancelled_at is not None,
        "reason": visit.meeting.cancel_reason,
        "lines": changed[1] if changed else [],
        "changed_title": "Modifié depuis votre lecture"
        if changed and changed[0].opened_at
        else "Modifié depuis l’envoi",
        "standing": standing,
        "choices": {one.value: standing.intent == one for one in Intent},
        "answer_title": "Serez-vous là ?" if standing.may_change else "Votre réponse",
        "answer_words": answer_words(standing),
        "receipt_label": "Mon accusé de réception"
        if acknowledging.receipt_of(visit.latest)
        else "Accuser réception",
        "fresh_pieces": f"{plural(given, 'réponse')} à une demande de pièce" if given else "",
        "named": f"{plural(named, 'point nomme', 'points nomment')} ce que vous avez déclaré"
        if named
        else "",
        "fresh": plural(len(unread), "pièce") if unread else "",
        "urls": {name: visit.url(name) for name in HOME_LINKS},
    }
    return render_page(request, "council/portal/home.html", context)


@portal_page
@post_view
def open_dossier(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Open the dossier: noted once, in the proof; what is read afterwards is not."""
    links.open_dossier(convocation=visit.latest, now=visit.now)
    return HttpResponseRedirect(visit.url("read"), status=303)


@portal_page
@post_view
def answer(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """« Je serai là », « Je ne serai pas là »."""
    wanted = request.POST.get("answer", "")
    if wanted not in (Intent.PRESENT, Intent.ABSENT):
        messages.error(request, "Choisissez une des réponses.")
        return HttpResponseRedirect(visit.url("home"), status=303)
    before = answering.standing(visit.own, now=visit.now)
    try:
        answering.answer(
            convocation=visit.latest, intent=Intent(wanted), source=visit.source, now=visit.now
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        done = "vous serez là" if wanted == Intent.PRESENT else "vous ne serez pas là"
        words = f"C’est noté : {done}."
        if before.proxy is not None:
            words += f" Le pouvoir donné à {before.proxy.holder.full_name} est annulé."
        if wanted == Intent.ABSENT and before.received_from is not None:
            words += (
                f" {before.received_from.full_name} vous avait donné pouvoir : prévenez-le, ou "
                "prévenez la mairie."
            )
        messages.success(request, words)
    return HttpResponseRedirect(visit.url("home"), status=303)


class ProxyForm(forms.Form):
    """To whom: a member in office who holds no pouvoir yet."""

    holder = forms.ChoiceField(label="À qui donnez-vous pouvoir ?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, holders: list[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.uid): one.person for one in holders}
        field = cast(forms.ChoiceField, self.fields["holder"])
        field.choices = [(str(one.person.uid), _with_function(one)) for one in holders]
        field.error_messages["required"] = "Choisissez une personne dans la liste."
        field.error_messages["invalid_choice"] = (
            "Cette personne ne peut plus recevoir de pouvoir. Choisissez-en une autre."
        )


def _with_function(mandate: Mandate) -> str:
    # Sixteen times « conseiller municipal » would hide the few who are something else.
    if mandate.function == Function.MEMBER:
        return mandate.person.full_name
    words = mandate.function_label or mandate.get_function_display()
    return f"{mandate.person.full_name}, {words.lower()}"


@portal_page
@write_view
def proxy(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """« Je donne pouvoir à… »: one list, one button."""
    standing = answering.standing(visit.own, now=visit.now)
    if not standing.may_change or not standing.may_give_proxy:
        messages.error(request, standing.why_not or "On ne donne pas pouvoir dans cette instance.")
        return HttpResponseRedirect(visit.url("home"), status=303)
    holders = answering.holders_for(visit.meeting, visit.person)
    initial = {"holder": str(standing.proxy.holder.uid)} if standing.proxy else {}
    form = ProxyForm(request.POST or None, holders=holders, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            holder = form.people[form.cleaned_data["holder"]]
            try:
                answering.answer(
                    convocation=visit.latest,
                    intent=Intent.PROXY,
                    holder=holder,
                    source=visit.source,
                    now=visit.now,
                )
            except Refusal as refusal:
                form.add_error("holder", str(refusal))
            else:
                given = answering.standing(visit.own, now=visit.now)
                messages.success(request, f"C’est noté. {answer_words(given)}")
                return HttpResponseRedirect(visit.url("home"), status=303)
        status = 422
    taken = [one.full_name for one in answering.holders_taken(visit.meeting, visit.person)]
    context = frame(visit) | {
        "form": form,
        "taken": join_french(taken),
        "several": len(taken) > 1,
        "nobody": not holders,
        "title": visit.meeting.assembly.name,
        "when": day_and_hour(visit.meeting),
        "received_from": standing.received_from,
    }
    return render_page(request, "council/portal/proxy.html", context, status=status)


@portal_page
@post_view
def leave(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Close the dossier on this device: the link of the mail opens it again."""
    context = {"organisation": visit.own.organisation.name, "phone": links.phone_of(visit.own)}
    response = render_page(request, "council/portal/left.html", context)
    close_session(response, visit.own)
    return response


def file_name(visit: Visit, what: str, extension: str) -> str:
    """Conseil municipal 2026-11-30, dossier.pdf."""
    day = format_date(visit.meeting.local_start, "Y-m-d")
    return f"{visit.meeting.assembly.name} {day}, {what}.{extension}"


@portal_page
@read_view
def convocation(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The convocation as it was sent."""
    return serve(
        request,
        papers.convocation_file(visit.latest.edition),
        media_type="application/pdf",
        name=file_name(visit, "convocation", "pdf"),
        inline=True,
        etag=f"c-{visit.latest.edition.uid}",
    )


@portal_page
@read_view
def whole(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The whole dossier as one PDF, to keep and to read without a network."""
    return serve(
        request,
        papers.whole_file(visit.latest.edition),
        media_type="application/pdf",
        name=file_name(visit, "dossier", "pdf"),
        etag=f"d-{visit.latest.edition.uid}",
    )


@portal_page
@read_view
def calendar(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The meeting for the member's own calendar."""
    response = HttpResponse(
        papers.edition_ics(visit.latest.edition),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
    )
    response["Content-Disposition"] = content_disposition(file_name(visit, "séance", "ics"))
    response["X-Content-Type-Options"] = "nosniff"
    return response
