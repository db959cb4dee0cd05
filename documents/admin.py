"""Entries of rights in the administration: what the DGS manages, written by the services."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from accounts.access import visible_people, visible_teams
from accounts.admin_base import OrganisationScopedAdmin, site
from accounts.models import Person, Team
from config.lib.clock import now
from documents.access import readable_domains, visible_documents, visible_folders
from documents.enums import Role
from documents.forms.rights import ROLE_CHOICES
from documents.models import (
    AccessDomain,
    Document,
    DocumentGroupGrant,
    DocumentType,
    DocumentUserGrant,
    Folder,
    FolderGroupGrant,
    FolderUserGrant,
    Tag,
)
from documents.services import consequences, labels, rights
from documents.services.entries import entry_of, role_in
from documents.services.refusals import Refusal


class _Choosable(OrganisationScopedAdmin):
    """Only there to be looked for by name in the forms of entries; absent from the index."""

    def has_module_permission(self, request: Any) -> bool:
        return False


@admin.register(Folder, site=site)
class FolderAdmin(_Choosable):
    search_fields = ("name",)
    ordering = ("sort_name", "id")
    fields = ("name", "created_at")
    list_display = ("name",)

    def scope(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(pk__in=visible_folders(request.actor, Role.MANAGER).values("pk"))


@admin.register(Document, site=site)
class DocumentAdmin(_Choosable):
    search_fields = ("title",)
    ordering = ("sort_title", "id")
    fields = ("title", "created_at")
    list_display = ("title",)

    def scope(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(pk__in=visible_documents(request.actor, Role.MANAGER).values("pk"))


class LabelAdmin(OrganisationScopedAdmin):
    """Types and tags: named, renamed, retired by the DGS; removed while no document has them."""

    refusals = (Refusal,)
    list_display = ("label", "used", "retired")
    list_filter = ("retired",)
    search_fields = ("label",)
    ordering = ("sort_label", "id")
    fields = ("label", "retired")
    counted: ClassVar[str] = ""

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).annotate(used=Count(self.counted))

    @admin.display(description="documents")
    def used(self, obj: Any) -> int:
        return int(obj.used)

    def create(self, request: Any, obj: Any, data: dict[str, Any]) -> Any:
        return labels.create_label(actor=request.actor, kind=self.model, now=now(), **data)

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> Any:
        return labels.change_label(actor=request.actor, thing=obj, now=now(), **data)

    def remove(self, request: Any, obj: Any) -> None:
        labels.remove_label(actor=request.actor, thing=obj, now=now())


@admin.register(DocumentType, site=site)
class DocumentTypeAdmin(LabelAdmin):
    counted = "documents"


@admin.register(Tag, site=site)
class TagAdmin(LabelAdmin):
    counted = "tagged"


class _EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """The role instead of the permission that stores it."""

    role = forms.TypedChoiceField(
        label="Droit", choices=ROLE_CHOICES, coerce=lambda value: Role(int(value))
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["role"].initial = int(role_in(self.instance))


class _NewForPerson(_EntryForm):
    holder = forms.ModelChoiceField(Person.objects.none(), label="Personne")


class _NewForTeam(_EntryForm):
    holder = forms.ModelChoiceField(Team.objects.none(), label="Équipe")


class GrantAdmin(OrganisationScopedAdmin):
    """Entries on what the actor manages. Saved by `rights.set_role`, removed by `remove_entry`."""

    refusals = (Refusal,)
    autocomplete_fields = ("content_object",)
    list_display = ("content_object", "who", "what", "granted_by", "granted_at")
    for_teams: ClassVar[bool] = False
    on_documents: ClassVar[bool] = False

    def scope(self, request: Any, queryset: Any) -> Any:
        managed = readable_domains(request.actor, Role.MANAGER)
        domain = (
            Coalesce("content_object__own_domain_id", "content_object__folder__domain_id")
            if self.on_documents
            else F("content_object__domain_id")
        )
        return (
            queryset.filter(organisation=request.actor.organisation)
            .alias(at=domain)
            .filter(at__in=managed)
        )

    def get_queryset(self, request: Any) -> Any:
        related = ("content_object", "permission", "granted_by")
        return (
            super()
            .get_queryset(request)
            .select_related(*related, "group__team" if self.for_teams else "user")
            .order_by("content_object_id", "pk")
        )

    @admin.display(description="équipe ou personne")
    def who(self, obj: Any) -> str:
        return str(_holder(obj))

    @admin.display(description="droit")
    def what(self, obj: Any) -> str:
        return role_in(obj).label

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **{**kwargs, "form": _EntryForm})
        kwargs["form"] = _NewForTeam if self.for_teams else _NewForPerson
        form = super().get_form(request, obj, change, **kwargs)
        form.base_fields["holder"].queryset = (  # type: ignore[attr-defined]
            visible_teams(request.actor).order_by("label")
            if self.for_teams
            else visible_people(request.actor).order_by("family_name", "given_name")
        )
        return form

    def get_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("content_object", "who" if obj else "holder", "role")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("content_object", "who") if obj else ()

    def create(self, request: Any, obj: Any, data: dict[str, Any]) -> Any:
        return self._set(request, data["content_object"], data["holder"], data)

    def update(self, request: Any, obj: Any, data: dict[str, Any]) -> Any:
        return self._set(request, obj.content_object, _holder(obj), data)

    def what_saving_does(
        self, request: Any, obj: Any, data: dict[str, Any], change: bool
    ) -> list[str]:
        target, holder = (
            (obj.content_object, _holder(obj))
            if change
            else (data["content_object"], data["holder"])
        )
        return self._effect(request, target, holder, data["role"])

    def what_removing_does(self, request: Any, obj: Any) -> list[str]:
        return self._effect(request, obj.content_object, _holder(obj), None)

    def _effect(self, request: Any, target: Any, holder: Any, role: Role | None) -> list[str]:
        with transaction.atomic():  # looked at under the lock, then undone
            seen = consequences.preview_role(
                actor=request.actor, obj=target, principal=holder, role=role, now=now()
            )
        return consequences.in_words(seen) or ["Personne ne gagne ni ne perd d’accès."]

    def _set(self, request: Any, target: Any, holder: Any, data: dict[str, Any]) -> Any:
        rights.set_role(
            actor=request.actor,
            obj=target,
            principal=holder,
            role=data["role"],
            now=now(),
            confirmed=True,  # the page before named whoever gets less than their teams give
        )
        return entry_of(target, holder)

    def remove(self, request: Any, obj: Any) -> None:
        rights.remove_entry(
            actor=request.actor, obj=obj.content_object, principal=_holder(obj), now=now()
        )


def _holder(obj: Any) -> Person | Team:
    holder: Person | Team = obj.group.team if hasattr(obj, "group_id") else obj.user
    return holder


@admin.register(FolderUserGrant, site=site)
class FolderUserGrantAdmin(GrantAdmin):
    search_fields = ("content_object__name", "user__family_name")


@admin.register(FolderGroupGrant, site=site)
class FolderGroupGrantAdmin(GrantAdmin):
    for_teams = True
    search_fields = ("content_object__name", "group__team__label")


@admin.register(DocumentUserGrant, site=site)
class DocumentUserGrantAdmin(GrantAdmin):
    on_documents = True
    search_fields = ("content_object__title", "user__family_name")


@admin.register(DocumentGroupGrant, site=site)
class DocumentGroupGrantAdmin(GrantAdmin):
    on_documents = True
    for_teams = True
    search_fields = ("content_object__title", "group__team__label")


@admin.register(AccessDomain, site=site)
class RestrictedFolderAdmin(OrganisationScopedAdmin):
    """Limited folders, and those that an entry takes from the DGS: taken over from here."""

    refusals = (Refusal,)
    list_display = ("folder", "confidential")
    list_filter = ("confidential",)
    fields = ("folder", "confidential")
    ordering = ("folder__path",)
    actions = ("take_over",)

    def scope(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(
            Q(inherits=False) | ~Q(pk__in=readable_domains(request.actor, Role.MANAGER)),
            organisation=request.actor.organisation,
            folder__parent__isnull=False,
            folder__trashed_at=None,
        )

    @admin.action(description="Reprendre : la direction générale en gère les droits")
    def take_over(self, request: Any, queryset: Any) -> None:
        """Recorded and told to those who managed it."""
        for domain in queryset.select_related("folder").order_by("folder__path"):
            rights.take_over(actor=request.actor, folder=domain.folder, now=now())
            self.message_user(
                request,
                f"La direction générale gère les droits de « {domain.folder} ».",
            )
