"""What failed in the background, and the button to try again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.access import can_administer
from accounts.failures import reason_of, subject_of, visible_failures
from accounts.services import retrying
from config.lib.access import require
from config.lib.clock import now
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view
from config.lib.text import human_datetime, plural

_SHOWN = 50


@never_cache
@read_view
def failures(request: AuthedRequest, org: str) -> HttpResponse:
    """The failed jobs of the organisation, the latest first, each with its reason in words."""
    actor, at = request.actor, now()
    require(can_administer(actor))
    failed = visible_failures(actor)
    lines = []
    for job in failed[:_SHOWN]:
        subject = subject_of(actor, job)
        title = f"{subject.what} : {subject.name}" if subject.name else subject.what
        when = human_datetime(job.finished_at or job.created_at, at, actor.organisation.timezone)
        lines.append(
            {
                "uid": job.uid,
                "title": title,
                "href": subject.href,
                "when": when,
                "reason": reason_of(job),
                "elsewhere": subject.elsewhere,
            }
        )
    more = failed.count() - len(lines) if len(lines) == _SHOWN else 0
    return render_page(
        request,
        "accounts/failures.html",
        {"lines": lines, "more": plural(more, "autre") if more else ""},
    )


@post_view
def failure_retry(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Try again."""
    require(can_administer(request.actor))
    if retrying.retry(actor=request.actor, uid=uid, now=now()):
        messages.success(
            request, "C’est relancé. S’il échoue encore, il reviendra dans cette liste."
        )
    else:
        messages.info(request, "Ce traitement n’est plus en échec.")
    return redirect("accounts:failures", org)
