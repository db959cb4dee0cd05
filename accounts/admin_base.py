"""The administration pages, closed unless opened: one organisation at a time, its DGS only.

Every ModelAdmin of the house subclasses `OrganisationScopedAdmin` and registers on `site`; a test
walks them with two organisations. `is_staff` and `is_superuser` open nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.messages.constants import ERROR  # noqa: TID251 - the admin speaks through them
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import get_script_prefix

from accounts.access import can_administer
from accounts.audit.timeline import timeline
from accounts.models import Organisation
from config.lib.access import require


class OrganisationAdminSite(admin.AdminSite):
    """Mounted at `/admin/`, reached only at `/c/<organisation>/admin/` (see the middleware)."""

    site_title = "Parvis"
    site_header = "Administration"
    index_title = "Réglages de l’organisation"
    index_template = "accounts/admin_index.html"
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """The DGS of the acting organisation, whatever the flags of the account."""
        actor = getattr(request, "actor", None)
        return actor is not None and bool(can_administer(actor))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """A refusal explains itself instead of asking for another account."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor = getattr(request, "actor", None)
            if actor is None:
                raise Http404
            require(can_administer(actor))
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    def each_context(self, request: Any) -> dict[str, Any]:
        """Whose administration this is, always visible; the way back to that organisation."""
        context = super().each_context(request)
        organisation = request.actor.organisation
        context["site_header"] = f"{self.site_header} – {organisation.name}"
        context["site_url"] = get_script_prefix()
        return context

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one door for everybody."""
        return redirect("accounts:sign-in")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The same way out as everywhere."""
        from accounts.views.signin import sign_out

        return sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A password is changed from one's own account."""
        return redirect("accounts:password-change")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return _ScopedAutocomplete.as_view(admin_site=self)(request)


class _ScopedAutocomplete(AutocompleteJsonView):
    """Proposes only what the acting organisation holds; asks its own admin class for it."""

    def get_queryset(self) -> Any:
        if not isinstance(self.model_admin, OrganisationScopedAdmin):
            raise Http404
        return super().get_queryset()


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by a related object whose choices stay within the organisation."""

    def field_choices(self, field: Any, request: Any, model_admin: Any) -> list[tuple[Any, str]]:
        choices = model_admin.scoped_choices(request, field.remote_field.model)
        return [(item.pk, str(item)) for item in choices]


class _Unconfirmed(Exception):
    """Something would change for somebody, and nobody has agreed to it yet."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__()
        self.sentences = sentences


site = OrganisationAdminSite(name="admin")


class OrganisationScopedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Base of every admin class. Shows the acting organisation's rows, and changes nothing until
    a subclass says how, by a service: `create`, `update`, `remove`.

    `organisation_path` is the lookup from the model to its organisation; a model without one
    overrides `scope`.
    """

    organisation_path: ClassVar[str] = "organisation"
    # Exceptions of the services, shown as a sentence.
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    list_select_related: Any = True
    show_full_result_count = False
    view_on_site = False
    inlines = ()
    list_per_page = 50

    # -- how it is changed: nothing by default ------------------------------------------------

    create: Callable[..., Any] | None = None
    update: Callable[..., Any] | None = None
    remove: Callable[..., Any] | None = None

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        if type(self).scope is OrganisationScopedAdmin.scope:
            self._check_path(model)

    def _check_path(self, model: Any) -> None:
        """The path must really lead to an organisation: a misspelt one must not start."""
        here = model
        try:
            for step in self.organisation_path.split("__"):
                here = here._meta.get_field(step).related_model
        except (FieldDoesNotExist, AttributeError) as wrong:
            raise ImproperlyConfigured(f"{type(self).__name__}.organisation_path") from wrong
        if here is not Organisation:
            raise ImproperlyConfigured(f"{type(self).__name__}.organisation_path leads elsewhere")

    # -- what is seen -------------------------------------------------------------------------

    def scope(self, request: Any, queryset: Any) -> Any:
        """The rows of the acting organisation."""
        return queryset.filter(**{self.organisation_path: request.actor.organisation})

    def get_queryset(self, request: Any) -> Any:
        queryset = super().get_queryset(request)
        if getattr(request, "actor", None) is None:
            return queryset.none()
        return self.scope(request, queryset)

    def scoped_choices(self, request: Any, model: Any) -> Any:
        """Rows of another model that may be chosen here; none when nobody says how to scope it."""
        other = self.admin_site._registry.get(model)
        if isinstance(other, OrganisationScopedAdmin):
            return other.get_queryset(request)
        return model._default_manager.none()

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.scoped_choices(request, db_field.remote_field.model)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.scoped_choices(request, db_field.remote_field.model)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_list_filter(self, request: Any) -> list[Any]:
        """Filters by a relation are replaced by ours, whatever the subclass declared."""
        return [self._scoped_filter(entry) for entry in super().get_list_filter(request)]

    def _scoped_filter(self, entry: Any) -> Any:
        name = entry[0] if isinstance(entry, tuple | list) else entry
        if not isinstance(name, str):
            return entry
        here, field = self.model, None
        for step in name.split("__"):
            field = here._meta.get_field(step)
            here = getattr(field, "related_model", None) or here
        if field is not None and getattr(field, "is_relation", False):
            return (name, ScopedRelatedFilter)
        return entry

    # -- who may what -------------------------------------------------------------------------

    def _open(self, request: Any) -> bool:
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: Any) -> bool:
        return self._open(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self._open(request)

    def has_add_permission(self, request: Any) -> bool:
        return self.create is not None and self._open(request)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.update is not None and self._open(request)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self.remove is not None and self._open(request)

    # -- what it does, said before it is done --------------------------------------------------

    def what_saving_does(
        self, request: Any, obj: Any, data: dict[str, Any], change: bool
    ) -> list[str]:
        """Who gains and who loses, as sentences to confirm; nothing to ask when empty."""
        return []

    def what_removing_does(self, request: Any, obj: Any) -> list[str]:
        """The same, shown on the page that asks before a row is removed."""
        return []

    # -- how it is written --------------------------------------------------------------------

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Through the services only: they lock, check and tell."""
        chosen = self.update if change else self.create
        if chosen is None:
            raise Http404
        if request.POST.get("confirme") != "1":
            told = self.what_saving_does(request, obj, form.cleaned_data, change)
            if told:
                raise _Unconfirmed(told)
        made = chosen(request, obj, form.cleaned_data)
        if made is not None and made is not obj:
            obj.__dict__.update(made.__dict__)

    def delete_model(self, request: Any, obj: Any) -> None:
        if self.remove is None:
            raise Http404
        self.remove(request, obj)

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        for obj in queryset.order_by("pk"):
            self.delete_model(request, obj)

    def get_deleted_objects(self, objs: Any, request: Any) -> tuple[Any, Any, Any, Any]:
        """The preview names the chosen rows only; the service knows what really follows."""
        lines = [
            line for obj in objs for line in (str(obj), *self.what_removing_does(request, obj))
        ]
        return lines, {}, set(), []

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        view = super().changeform_view
        return self._explained(request, lambda: view(request, *args, **kwargs))

    def delete_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        view = super().delete_view
        return self._explained(request, lambda: view(request, *args, **kwargs))

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        view = super().changelist_view
        return self._explained(request, lambda: view(request, extra_context))

    def _explained(self, request: Any, view: Callable[[], Any]) -> Any:
        try:
            return view()
        except _Unconfirmed as question:
            return self._ask(request, question.sentences)
        except self.refusals as refusal:
            self.message_user(request, str(refusal), ERROR)
            return redirect(request.get_full_path())

    def _ask(self, request: Any, sentences: list[str]) -> Any:
        """The page that says what would change; the same form comes back, confirmed."""
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in {"csrfmiddlewaretoken", "confirme"}
            for value in values
        ]
        return TemplateResponse(
            request,
            "accounts/admin_confirm.html",
            {
                **self.admin_site.each_context(request),
                "title": "Confirmer",
                "sentences": sentences,
                "kept": kept,
                "opts": self.opts,
            },
        )

    def _get_obj_does_not_exist_redirect(self, request: Any, opts: Any, object_id: Any) -> Any:
        # Somebody else's row and no row at all look the same.
        raise Http404

    # -- what was done: our journal, not Django's log -----------------------------------------

    def log_addition(self, *args: Any, **kwargs: Any) -> None:
        """The services record."""

    def log_change(self, *args: Any, **kwargs: Any) -> None:
        """The services record."""

    def log_deletions(self, *args: Any, **kwargs: Any) -> None:
        """The services record."""

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        uid = getattr(obj, "uid", None)
        lines = timeline(request.actor.organisation, target_uid=uid) if uid else []
        return TemplateResponse(
            request,
            "accounts/admin_history.html",
            {
                **self.admin_site.each_context(request),
                "title": f"Historique : {obj}",
                "lines": lines,
                "opts": self.opts,
                "object": obj,
            },
        )
