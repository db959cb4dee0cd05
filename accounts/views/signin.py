"""The door: signing in and out, a forgotten password, the links that come by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms import AskResetForm, ChoosePasswordForm, SignInForm
from accounts.links import Purpose, read_token
from accounts.mail.unsubscribing import read_unsubscribe_token
from accounts.middleware import SEEN_ON
from accounts.models import Organisation, Person
from accounts.services import following, passwords, sessions, throttling, writing_to
from config.lib.clock import now
from config.lib.htmx import render_page
from config.lib.http import client_address, post_view, write_view
from config.lib.text import plural

NEXT = "next"


def _where_next(request: HttpRequest) -> str:
    """Where the person was going, on this site only."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    fine = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if fine else reverse("accounts:root")


def _wait_words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    if seconds < 90:
        return plural(seconds, "seconde")
    return plural(-(-seconds // 60), "minute")


@sensitive_post_parameters("password")
@login_not_required
@never_cache
@write_view
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/connexion/`."""
    if request.user.is_authenticated:
        return redirect(_where_next(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            refusal, status = _try_to_sign_in(request, form.cleaned_data)
            if not refusal:
                return redirect(_where_next(request))
            form.add_error(None, refusal)
    return render_page(
        request,
        "accounts/sign_in.html",
        {"form": form, "next": request.POST.get(NEXT) or request.GET.get(NEXT) or ""},
        status=status,
    )


def _try_to_sign_in(request: HttpRequest, data: dict[str, Any]) -> tuple[str, int]:
    """Sign in, or say why not and with which status."""
    identifier, address, at = data["identifier"], client_address(request), now()
    wait = throttling.wait_before(identifier, address, now=at)
    if wait:
        return (
            f"Trop d’essais. Réessayez dans {_wait_words(wait)}, "
            "ou demandez un nouveau mot de passe."
        ), 429
    person = authenticate(request, username=identifier.strip(), password=data["password"])
    if person is None:
        throttling.remember_failure(identifier, address, now=at)
        return "L’identifiant ou le mot de passe ne convient pas.", 422
    throttling.forget_failures(identifier, address)
    _open(request, person)
    return "", 200


def _open(request: HttpRequest, person: Any) -> None:
    login(request, person)
    request.session[SEEN_ON] = now().date().isoformat()
    request.session.save()
    sessions.open_session(
        person=person,
        session_key=str(request.session.session_key),
        user_agent=request.headers.get("User-Agent", ""),
        address=client_address(request),
        now=now(),
    )


@login_not_required
@post_view
def sign_out(request: HttpRequest) -> HttpResponse:
    """The way out; harmless for somebody who is already out."""
    if isinstance(request.user, Person):
        sessions.sign_out(person=request.user, session_key=request.session.session_key, now=now())
    logout(request)
    messages.success(request, "Votre session est fermée.")
    return redirect("accounts:sign-in")


@login_not_required
@never_cache
@write_view
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Forgotten password: the answer is the same whether the account exists or not."""
    form = AskResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address, at = client_address(request), now()
        # The same counter as sign-in: asking is not a way to write to everybody.
        key = f"reset:{form.cleaned_data['who']}"
        if not throttling.wait_before(key, address, now=at):
            throttling.remember_failure(key, address, now=at)
            passwords.ask_reset(form.cleaned_data["who"], now=at)
        return redirect("accounts:reset-sent")
    status = 422 if request.method == "POST" else 200
    return render_page(request, "accounts/ask_reset.html", {"form": form}, status=status)


@login_not_required
@write_view
def reset_sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render_page(request, "accounts/reset_sent.html", {})


def _careful(response: HttpResponse) -> HttpResponse:
    """The address holds a personal link: nobody keeps it, nobody is told of it."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    return response


@sensitive_post_parameters("password", "again")
@login_not_required
@write_view
def set_password(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password from an invitation or after having forgotten it."""
    found = read_token(token, Purpose.RESET, Purpose.INVITATION)
    if found is None:
        return _careful(render_page(request, "accounts/dead_link.html", {}, status=410))
    person, purpose = found
    form = ChoosePasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        person = passwords.set_password(
            person=person,
            password=form.cleaned_data["password"],
            purpose=purpose,
            kept_key=None,
            now=now(),
        )
        if request.user.is_authenticated:
            logout(request)
        person.backend = "accounts.backends.IdentifierBackend"  # type: ignore[attr-defined]
        _open(request, person)
        messages.success(request, "Votre mot de passe est enregistré. Bienvenue.")
        return _careful(redirect("accounts:root"))
    return _careful(
        render_page(
            request,
            "accounts/set_password.html",
            {"form": form, "person": person, "invited": purpose is Purpose.INVITATION},
            status=422 if request.method == "POST" else 200,
        )
    )


@login_not_required
@write_view
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """The test message: looking changes nothing, the button confirms."""
    found = read_token(token, Purpose.CONFIRM_EMAIL)
    if found is None:
        return _careful(render_page(request, "accounts/dead_link.html", {}, status=410))
    person, _ = found
    if request.method == "POST":
        writing_to.confirm_email(person, now=now())
        person.email_confirmed_at = now()
    return _careful(
        render_page(
            request,
            "accounts/confirm_email.html",
            {"person": person, "confirmed": person.email_confirmed_at is not None},
        )
    )


# One-click unsubscription is posted by mail programmes, which hold no cookie of ours: the signed
# link is what proves the wish.
@csrf_exempt
@login_not_required
@write_view
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the news of one organisation. A GET only shows the button."""
    wish = read_unsubscribe_token(token)
    person = wish and Person.objects.filter(pk=wish.person_id).first()
    if wish is None or person is None:
        return _careful(render_page(request, "accounts/dead_link.html", {}, status=410))
    if request.method == "POST":
        following.stop_news(wish)
    organisation = (
        Organisation.objects.filter(pk=wish.organisation_id).first()
        if wish.organisation_id
        else None
    )
    return _careful(
        render_page(
            request,
            "accounts/unsubscribe.html",
            {
                "person": person,
                "organisation": organisation.name if organisation else "Parvis",
                "done": request.method == "POST",
            },
        )
    )
