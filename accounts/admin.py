"""People, teams and the journal in the administration of one organisation."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from accounts.access import can_correct_contact
from accounts.admin_base import OrganisationScopedAdmin, site
from accounts.consequences import effect_of_end, effect_of_team
from accounts.forms import OrganisationForm, TeamForm
from accounts.models import (
    AuditEntry,
    Membership,
    Organisation,
    Person,
    Team,
    TeamMembership,
)
from accounts.services import joining, leaving, settings, teams
from config.lib.clock import now


@admin.register(Organisation, site=site)
class OrganisationAdmin(OrganisationScopedAdmin):
    """One's own organisation, what its DGS may change of it."""

    list_display = ("name", "kind", "population")
    form = OrganisationForm
    readonly_fields = ("name", "kind", "siren", "insee", "population", "timezone")

    def scope(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(pk=request.actor.organisation.pk)

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> Organisation:
        return settings.change_organisation(actor=request.actor, now=now(), **data)


@admin.register(Person, site=site)
class PersonAdmin(OrganisationScopedAdmin):
    """Those who belong, belonged or will belong here. Accounts are never changed from here."""

    list_display = ("family_name", "given_name", "email", "phone")
    search_fields = ("family_name", "given_name")
    ordering = ("family_name", "given_name", "pk")
    fields = ("gender", "given_name", "family_name", "email", "phone", "postal_address")

    def scope(self, request: Any, queryset: Any) -> Any:
        mine = Membership.objects.filter(organisation=request.actor.organisation)
        return queryset.filter(pk__in=mine.values("person"), is_technical=False)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        open_here = super().has_change_permission(request, obj)
        if obj is None or not open_here:
            return open_here
        return bool(can_correct_contact(request.actor, obj))

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> Person:
        return joining.correct_person(actor=request.actor, person=obj, now=now(), **data)


@admin.register(Membership, site=site)
class MembershipAdmin(OrganisationScopedAdmin):
    """Who belongs, in what capacity, when."""

    list_display = ("person", "capacity", "job_title", "from_date", "to_date")
    list_filter = ("capacity",)
    search_fields = ("person__family_name", "person__given_name")
    ordering = ("person__family_name", "person__given_name", "pk")
    autocomplete_fields = ("person",)
    fields = ("person", "capacity", "job_title", "from_date", "to_date")
    refusals = (joining.AlreadyMember, joining.DatesReversed, leaving.LastOfDirection)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("person", "capacity", "from_date") if obj else ()

    def create(self, request: Any, obj: Any, data: dict[str, Any]) -> Membership:
        return joining.join(actor=request.actor, now=now(), **data)

    def what_saving_does(
        self, request: Any, obj: Any, data: dict[str, Any], change: bool
    ) -> list[str]:
        if not change or data["to_date"] is None:
            return []
        before = Membership.objects.select_related("person").get(pk=obj.pk)
        if before.to_date == data["to_date"]:
            return []
        return effect_of_end(request.actor, before, last_day=data["to_date"]).sentences

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> Membership:
        at = now()
        before = Membership.objects.get(pk=obj.pk)
        if data["to_date"] != before.to_date and data["to_date"] is not None:
            leaving.end_membership(
                actor=request.actor, membership=before, last_day=data["to_date"], now=at
            )
        return joining.change_membership(
            actor=request.actor, membership=before, job_title=data["job_title"], now=at
        )


@admin.register(Team, site=site)
class TeamAdmin(OrganisationScopedAdmin):
    """Services, commissions, projects."""

    list_display = ("label", "kind", "archived_at")
    list_filter = ("kind",)
    search_fields = ("label",)
    ordering = ("label", "pk")
    refusals = (teams.LabelTaken, teams.DirectionStays)

    def get_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("label", "kind")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("kind",) if obj else ()

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = TeamForm.base_fields["kind"].choices
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def create(self, request: Any, obj: Any, data: dict[str, Any]) -> Team:
        return teams.create_team(actor=request.actor, now=now(), **data)

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> Team:
        return teams.rename_team(actor=request.actor, team=obj, label=data["label"], now=now())

    def what_removing_does(self, request: Any, obj: Any) -> list[str]:
        actor = request.actor
        members = TeamMembership.objects.filter(organisation=actor.organisation, team=obj).current(
            actor.today
        )
        people = list(Person.objects.filter(pk__in=members.values("person")).order_by("pk"))
        return effect_of_team(actor, obj, people, joining=False, day=actor.today).sentences

    def remove(self, request: Any, obj: Any) -> None:
        teams.archive_team(actor=request.actor, team=obj, now=now())


@admin.register(TeamMembership, site=site)
class TeamMembershipAdmin(OrganisationScopedAdmin):
    """Who is in which team."""

    list_display = ("team", "person", "from_date", "to_date")
    list_filter = ("team",)
    search_fields = ("person__family_name", "team__label")
    ordering = ("team__label", "person__family_name", "pk")
    autocomplete_fields = ("person", "team")
    fields = ("team", "person", "from_date", "to_date")
    refusals = (
        teams.AlreadyInTeam,
        teams.NotAMember,
        teams.KeptInStep,
        leaving.LastOfDirection,
        joining.DatesReversed,
    )

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("team", "person", "from_date") if obj else ()

    def what_saving_does(
        self, request: Any, obj: Any, data: dict[str, Any], change: bool
    ) -> list[str]:
        actor = request.actor
        if not change:
            day = max(data["from_date"], actor.today)
            effect = effect_of_team(actor, data["team"], [data["person"]], joining=True, day=day)
        elif data["to_date"] is not None:
            day = max(data["to_date"], actor.today)
            effect = effect_of_team(actor, obj.team, [obj.person], joining=False, day=day)
        else:
            return []
        return effect.sentences

    def what_removing_does(self, request: Any, obj: Any) -> list[str]:
        actor = request.actor
        return effect_of_team(
            actor, obj.team, [obj.person], joining=False, day=actor.today
        ).sentences

    def create(self, request: Any, obj: Any, data: dict[str, Any]) -> TeamMembership:
        return teams.add_to_team(actor=request.actor, now=now(), **data)

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> TeamMembership:
        return teams.change_last_day(
            actor=request.actor, entry=obj, last_day=data["to_date"], now=now()
        )

    def remove(self, request: Any, obj: Any) -> None:
        teams.remove_from_team(actor=request.actor, entry=obj, now=now())


@admin.register(AuditEntry, site=site)
class AuditEntryAdmin(OrganisationScopedAdmin):
    """The journal, read-only."""

    list_display = ("at", "verb", "target_type", "target_uid", "actor_uid")
    list_filter = ("verb",)
    ordering = ("-id",)

    def scope(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(organisation_uid=request.actor.organisation.uid)
