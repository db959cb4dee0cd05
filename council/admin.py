"""Bodies and mandates in the administration of one organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from accounts.admin_base import OrganisationScopedAdmin, site
from accounts.consequences import effect_of_team
from accounts.models import Person
from accounts.services.leaving import LastOfDirection
from accounts.services.teams import DirectionStays, LabelTaken
from config.lib.clock import now
from council.enums import EndReason
from council.models import Assembly, FunctionTeam, Mandate
from council.services import ending, functions, seating
from council.services.refusals import Refusal


@admin.register(Assembly, site=site)
class AssemblyAdmin(OrganisationScopedAdmin):
    """Councils, boards, commissions, and the delays that they gave themselves."""

    list_display = ("name", "kind", "preparing_team")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("position", "name", "pk")
    refusals = (Refusal,)
    _identity = (
        "kind",
        "name",
        "preparing_team",
        "usual_place",
        "phone",
        "reply_email",
        "position",
    )
    _delays = ("notice_days", "urgent_notice_days", "note_required", "settings_from")
    _rules = ("proxies_in_session", "question_hours", "questions_per_member")

    def get_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return (*self._identity, "population")
        return (*self._identity, *self._delays, *self._rules)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("kind", "name") if obj else ()

    def create(self, request: Any, obj: Any, data: dict[str, Any]) -> Assembly:
        return seating.create_assembly(actor=request.actor, now=now(), **data)

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> Assembly:
        at = now()
        known = Assembly.objects.get(pk=obj.pk)
        seating.set_delays(
            actor=request.actor,
            assembly=known,
            notice_days=data["notice_days"],
            urgent_notice_days=data["urgent_notice_days"],
            note_required=data["note_required"],
            since=data["settings_from"],
            now=at,
        )
        seating.set_rules(
            actor=request.actor,
            assembly=known,
            now=at,
            **{name: data[name] for name in self._rules},
        )
        return seating.change_assembly(
            actor=request.actor,
            assembly=known,
            preparing_team=data["preparing_team"],
            usual_place=data["usual_place"],
            phone=data["phone"],
            reply_email=data["reply_email"],
            position=data["position"],
            now=at,
        )


@admin.register(Mandate, site=site)
class MandateAdmin(OrganisationScopedAdmin):
    """Who sits where, in the order of the tableau. A mandate ends; it is never deleted."""

    list_display = ("person", "assembly", "rank", "function", "from_date", "to_date")
    list_filter = ("assembly", "function")
    search_fields = ("person__family_name", "person__given_name")
    ordering = ("assembly__position", "rank", "pk")
    autocomplete_fields = ("person", "assembly", "stands_in_for")
    refusals = (Refusal, LastOfDirection)
    _seat = (
        "assembly",
        "person",
        "capacity",
        "voice",
        "function",
        "function_label",
        "rank",
        "from_date",
    )
    _paper = ("wants_paper", "paper_requested_on")

    def get_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return (*self._seat, "stands_in_for", *self._paper)
        return (
            *self._seat,
            "stands_in_for",
            "to_date",
            "end_reason",
            *self._paper,
            "paper_address",
        )

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return self._seat if obj else ()

    def what_saving_does(
        self, request: Any, obj: Any, data: dict[str, Any], change: bool
    ) -> list[str]:
        """The teams by function follow: who gains, who loses."""
        actor = request.actor
        if change:
            mandate = Mandate.objects.select_related("person").get(pk=obj.pk)
            if data["to_date"] is None or data["to_date"] == mandate.to_date:
                return []
            day, joining = max(data["to_date"], actor.today), False
        else:
            mandate = Mandate(**{name: data[name] for name in self._seat})
            day, joining = max(data["from_date"], actor.today), True
        sentences = []
        for team in functions.teams_following(mandate):
            verb = "entre dans" if joining else "quitte"
            sentences.append(f"{mandate.person} {verb} l’équipe {team}.")
            sentences += effect_of_team(
                actor, team, [mandate.person], joining=joining, day=day
            ).sentences
        return sentences

    def create(self, request: Any, obj: Any, data: dict[str, Any]) -> Mandate:
        return seating.give_mandate(actor=request.actor, now=now(), **data)

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> Mandate:
        at = now()
        mandate = Mandate.objects.get(pk=obj.pk)
        if data["to_date"] is not None and data["to_date"] != mandate.to_date:
            mandate = ending.end_on(
                actor=request.actor,
                mandate=mandate,
                last_day=data["to_date"],
                reason=EndReason(data["end_reason"] or EndReason.TERM),
                now=at,
            )
        mandate = seating.pair_alternate(
            actor=request.actor, mandate=mandate, titular=data["stands_in_for"], now=at
        )
        return seating.note_paper(
            actor=request.actor,
            mandate=mandate,
            wants_paper=data["wants_paper"],
            requested_on=data["paper_requested_on"],
            address=data["paper_address"],
            now=at,
        )


class _FunctionForm(forms.ModelForm):  # type: ignore[type-arg]
    label = forms.CharField(label="Nom de l’équipe", max_length=120)


@admin.register(FunctionTeam, site=site)
class FunctionTeamAdmin(OrganisationScopedAdmin):
    """Rights by function: teams that those who hold a function enter and leave by themselves."""

    list_display = ("team", "assembly", "function", "detail")
    list_filter = ("assembly",)
    search_fields = ("team__label",)
    ordering = ("team__label", "pk")
    autocomplete_fields = ("assembly",)
    form = _FunctionForm
    refusals = (Refusal, LabelTaken, DirectionStays)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("team" if obj else "label", "assembly", "function", "detail")

    def create(self, request: Any, obj: Any, data: dict[str, Any]) -> FunctionTeam:
        return functions.follow_function(
            actor=request.actor,
            assembly=data["assembly"],
            function=data["function"],
            label=data["label"],
            detail=data["detail"],
            now=now(),
        )

    def what_removing_does(self, request: Any, obj: Any) -> list[str]:
        actor = request.actor
        members = obj.team.memberships.current(actor.today)
        people = list(Person.objects.filter(pk__in=members.values("person")).order_by("pk"))
        return effect_of_team(actor, obj.team, people, joining=False, day=actor.today).sentences

    def remove(self, request: Any, obj: Any) -> None:
        functions.stop_following(actor=request.actor, rule=obj, now=now())
