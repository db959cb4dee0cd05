"""The pages of learning: my modules, one step at a time, and a public reading."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from training import services
from training.access import can_learn, is_for, own_enrolments, visible_modules
from training.enums import Audience, StepKind
from training.models import StepDone
from training.modules import Module, Step, modules


def _module_or_404(slug: str) -> Module:
    module = modules().get(slug)
    if module is None:
        raise Http404
    return module


@read_view
def home(request: AuthedRequest, org: str) -> HttpResponse:
    """The modules, those written for me first, with my own progress."""
    require(can_learn(request.actor))
    enrolments = {e.module: e for e in own_enrolments(request.actor)}
    counts: dict[int, int] = {}
    for enrolment_id in StepDone.objects.filter(
        enrolment__in=enrolments.values(), right=True
    ).values_list("enrolment_id", flat=True):
        counts[enrolment_id] = counts.get(enrolment_id, 0) + 1
    cards = []
    for module in visible_modules(request.actor):
        enrolment = enrolments.get(module.slug)
        done = counts.get(enrolment.pk, 0) if enrolment else 0
        cards.append(
            {
                "title": module.title,
                "summary": module.summary,
                "mine": is_for(request.actor, module),
                "audience": Audience(module.audience).label,
                "minutes": module.minutes,
                "done": done,
                "total": len(module.steps),
                "words": f"{done} étape{'s' if done > 1 else ''} sur {len(module.steps)}",
                "finished": bool(enrolment and enrolment.finished_at),
                "started": done > 0,
                "href": reverse("training:module", args=[org, module.slug]),
            }
        )
    return render_page(request, "training/home.html", {"cards": cards})


@read_view
def module(request: AuthedRequest, org: str, slug: str) -> HttpResponse:
    """Go on where I was."""
    require(can_learn(request.actor))
    here = _module_or_404(slug)
    done = _done_keys(request, here)
    following = next((s.number for s in here.steps if s.key not in done), 1)
    return redirect("training:step", org, slug, following)


def _done_keys(request: AuthedRequest, module: Module) -> set[str]:
    return set(
        StepDone.objects.filter(
            enrolment__in=own_enrolments(request.actor).filter(module=module.slug), right=True
        ).values_list("step", flat=True)
    )


@write_view
def step(request: AuthedRequest, org: str, slug: str, number: int) -> HttpResponse:
    """One screen: read, answer, or go and do it."""
    require(can_learn(request.actor))
    here = _module_or_404(slug)
    current = here.step(number)
    if current is None:
        raise Http404
    feedback, chosen, problem = None, None, ""
    if request.method == "POST":
        if current.kind == StepKind.QUESTION:
            raw = request.POST.get("choix", "")
            if raw.isdigit() and int(raw) < len(current.choices):
                chosen = int(raw)
                feedback = services.answer(
                    actor=request.actor, module=here, step=current, choice=chosen, now=clock.now()
                )
            else:
                problem = "Choisissez une réponse."
        elif current.kind == StepKind.TEXT:
            services.read(actor=request.actor, module=here, step=current, now=clock.now())
            return _after(org, here, current)
        else:
            # Opening the challenge enrols: from now on the real act is recognised.
            services.start(actor=request.actor, module=here, now=clock.now())
            return redirect(_address(current, org))
    done = _done_keys(request, here)
    context = {
        "module": here,
        "step": current,
        "progress_words": f"Étape {current.number} sur {len(here.steps)}",
        "done_count": len(done),
        "total": len(here.steps),
        "is_done": current.key in done,
        "choices": _choices(current, chosen),
        "feedback": feedback,
        "problem": problem,
        "home_href": reverse("training:home", args=[org]),
        "previous_href": _step_href(org, here, number - 1),
        "next_href": _step_href(org, here, number + 1),
        "finished": len(done) == len(here.steps),
    }
    return render_page(request, "training/step.html", context, status=422 if problem else 200)


def _choices(step: Step, chosen: int | None) -> list[dict[str, Any]]:
    return [
        {"number": number, "text": choice.text, "chosen": number == chosen}
        for number, choice in enumerate(step.choices)
    ]


def _step_href(org: str, module: Module, number: int) -> str:
    return reverse("training:step", args=[org, module.slug, number]) if module.step(number) else ""


def _after(org: str, module: Module, step: Step) -> HttpResponse:
    if module.step(step.number + 1) is None:
        return redirect("training:home", org)
    return redirect("training:step", org, module.slug, step.number + 1)


def _address(step: Step, org: str) -> str:
    try:
        return reverse(step.address, args=[org])
    except NoReverseMatch:
        return reverse("accounts:home", args=[org])


@login_not_required
@read_view
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """The same module to read without an account: nothing is kept, answers open on the page."""
    return render_page(request, "training/public.html", {"module": _module_or_404(slug)})
