"""My account: who I am, my password, my open sessions, what I want to receive."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import own_organisations
from accounts.enums import Rhythm
from accounts.forms import ChangePasswordForm, ContactForm, ProgrammeForm, RhythmForm
from accounts.models import ApplicationPassword, Preference, SignedInSession
from accounts.services import following, passwords, proposing, sessions
from accounts.services import programmes as programme_passwords
from config.lib.clock import now
from config.lib.htmx import render_page
from config.lib.http import post_view, read_view, write_view
from config.lib.text import human_datetime, plural


@never_cache
@read_view
def root(request: Any) -> HttpResponse:
    """`/`: into the only organisation, or the choice."""
    places = list(own_organisations(request.user, now())[:2])
    if len(places) == 1:
        return redirect("accounts:home", org=places[0].slug)
    return redirect("accounts:switch")


@never_cache
@read_view
def switch(request: Any) -> HttpResponse:
    """The organisations where I may act today."""
    at = now()
    return render_page(
        request,
        "accounts/switch.html",
        {
            "organisations": own_organisations(request.user, at),
            "proposals": list(proposing.waiting_for(request.user, now=at)),
        },
    )


def _page(request: Any, **forms: Any) -> HttpResponse:
    at = now()
    person = request.user
    places = list(own_organisations(person, at))
    zone = places[0].timezone if places else "Europe/Paris"
    chosen = dict(Preference.objects.filter(person=person).values_list("organisation_id", "rhythm"))
    open_sessions = [
        {
            "uid": session.uid,
            "device": session.device,
            "started": human_datetime(session.started_at, at, zone),
            "seen": human_datetime(session.last_seen_at, at, zone),
            "here": session.session_key == request.session.session_key,
        }
        for session in SignedInSession.objects.filter(person=person).order_by("-last_seen_at", "pk")
    ]
    bound = [form for form in forms.values() if form.is_bound]
    context = {
        "person": person,
        "organisations": places,
        "sessions": open_sessions,
        "contact": forms.get("contact")
        or ContactForm(initial={"email": person.email, "phone": person.phone}),
        "rhythms": [
            {
                "organisation": place,
                "form": RhythmForm(
                    initial={"rhythm": chosen.get(place.pk, Rhythm.DAILY)},
                    auto_id=f"id_{place.slug}_%s",
                ),
            }
            for place in places
        ],
    }
    return render_page(request, "accounts/account.html", context, status=422 if bound else 200)


@never_cache
@read_view
def account(request: Any) -> HttpResponse:
    """`/compte/`."""
    return _page(request)


@post_view
def contact_change(request: Any) -> HttpResponse:
    """My address and my phone."""
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            passwords.change_own_card(person=request.user, now=now(), **form.cleaned_data)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, "Vos coordonnées sont enregistrées.")
            return redirect("accounts:account")
    return _page(request, contact=form)


@sensitive_post_parameters()
@never_cache
@write_view
def password_change(request: Any) -> HttpResponse:
    """A new password, after the present one; my other sessions close."""
    form = ChangePasswordForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        old_key = request.session.session_key
        person = passwords.set_password(
            person=request.user,
            password=form.cleaned_data["password"],
            purpose=None,
            kept_key=old_key,
            now=now(),
        )
        update_session_auth_hash(request, person)
        request.session.save()
        SignedInSession.objects.filter(session_key=old_key).update(
            session_key=request.session.session_key
        )
        messages.success(
            request, "Votre mot de passe est changé. Vos autres sessions sont fermées."
        )
        return redirect("accounts:account")
    return render_page(
        request,
        "accounts/password_change.html",
        {"form": form},
        status=422 if request.method == "POST" else 200,
    )


@post_view
def session_close(request: Any, uid: UUID) -> HttpResponse:
    """Close one of my sessions."""
    if not sessions.close_session(person=request.user, uid=uid, now=now()):
        raise Http404
    messages.success(request, "La session est fermée.")
    return redirect("accounts:account")


@post_view
def sessions_close(request: Any) -> HttpResponse:
    """Close all my sessions but this one."""
    closed = sessions.close_others(
        person=request.user, kept_key=request.session.session_key, now=now()
    )
    messages.success(request, f"{plural(closed, 'session fermée', 'sessions fermées')}.")
    return redirect("accounts:account")


@sensitive_post_parameters()
@never_cache
@write_view
def programmes(request: Any) -> HttpResponse:
    """Passwords of my programmes: those that work, and a new one, shown once."""
    at = now()
    places = own_organisations(request.user, at)
    form = ProgrammeForm(request.POST or None, places=places)
    fresh = None
    if request.method == "POST" and form.is_valid():
        try:
            fresh = programme_passwords.make_password(
                person=request.user, now=at, **form.cleaned_data
            )
        except programme_passwords.TooMany as full:
            form.add_error(None, str(full))
        else:
            form = ProgrammeForm(places=places)
    context = {
        "form": form,
        "person": request.user,
        "secret": fresh[1] if fresh else "",
        "drive": f"{settings.SITE_ADDRESS}/dav/{fresh[0].organisation.slug}/" if fresh else "",
        "passwords": [
            {
                "uid": made.uid,
                "name": made.name,
                "meta": _programme_words(made, at),
            }
            for made in programme_passwords.own_passwords(request.user)
        ],
    }
    return render_page(
        request, "accounts/programmes.html", context, status=422 if form.errors else 200
    )


def _programme_words(made: ApplicationPassword, at: datetime) -> str:
    zone = made.organisation.timezone
    used = (
        f"utilisé {human_datetime(made.last_used_at, at, zone)}"
        if made.last_used_at
        else "pas encore utilisé"
    )
    born = human_datetime(made.created_at, at, zone)
    return f"{made.organisation.name} · créé {born} · {used}"


@post_view
def programme_revoke(request: Any, uid: UUID) -> HttpResponse:
    """One of my programmes may no longer come in."""
    if not programme_passwords.revoke_password(person=request.user, uid=uid, now=now()):
        raise Http404
    messages.success(request, "Ce mot de passe est retiré : l’appareil ne peut plus entrer.")
    return redirect("accounts:programmes")


@post_view
def rhythm_change(request: Any, org_uid: UUID) -> HttpResponse:
    """How often one of my organisations writes to me."""
    place = get_object_or_404(own_organisations(request.user, now()), uid=org_uid)
    form = RhythmForm(request.POST)
    if form.is_valid():
        following.choose_rhythm(
            person=request.user, organisation_id=place.pk, rhythm=form.cleaned_data["rhythm"]
        )
        messages.success(request, f"C’est noté pour {place.name}.")
    else:
        messages.error(request, "Choisissez un rythme dans la liste.")
    return redirect("accounts:account")
