"""Every administration page stays inside one organisation, whoever registers it."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.db.models import ForeignKey, ManyToManyField
from django.test import RequestFactory
from django.urls import reverse

from accounts.admin_base import OrganisationScopedAdmin, ScopedRelatedFilter, site

OURS = ("accounts", "documents", "council", "training", "work")


def _registered():
    importlib.import_module("config.urls")
    return list(site._registry.items())


def _ids(pair):
    return pair[0]._meta.label if isinstance(pair, tuple) else str(pair)


def test_every_admin_class_of_ours_is_scoped_and_on_our_site():
    for model, model_admin in _registered():
        assert isinstance(model_admin, OrganisationScopedAdmin), model
        assert not model_admin.inlines, f"{model}: inlines would save without a service"
    for model in admin.site._registry:
        assert model._meta.app_label not in OURS, f"{model} is on Django's own site"
    assert {m._meta.label for m, _ in _registered()} >= {
        "accounts.Membership",
        "accounts.Team",
        "accounts.Person",
    }


@pytest.fixture
def request_of(cast):
    """A request of a director, as the middleware would build it."""

    def build(person, organisation):
        request = RequestFactory().get("/admin/")
        request.user = person
        request.actor = cast.actor(person, organisation)
        return request

    return build


@pytest.mark.parametrize("pair", _registered(), ids=_ids)
def test_rows_and_choices_never_cross_organisations(cast, request_of, pair):
    _model, model_admin = pair
    here = request_of(cast.nadia, cast.saint_aubin)
    there = request_of(cast.sophie, cast.valmorel)
    mine = set(model_admin.get_queryset(here).values_list("pk", flat=True))
    theirs = set(model_admin.get_queryset(there).values_list("pk", flat=True))
    # Karim works for both: his card is in both lists.
    shared = {cast.karim.pk} if model_admin.model._meta.label == "accounts.Person" else set()
    assert mine & theirs <= shared
    for field in model_admin.model._meta.get_fields():
        if isinstance(field, ForeignKey | ManyToManyField):
            related = site._registry.get(field.related_model)
            for request in (here, there):
                form = (
                    model_admin.formfield_for_foreignkey(field, request)
                    if isinstance(field, ForeignKey)
                    else model_admin.formfield_for_manytomany(field, request)
                )
                if form is None:
                    continue
                offered = set(form.queryset.values_list("pk", flat=True))
                allowed = (
                    set(related.get_queryset(request).values_list("pk", flat=True))
                    if related
                    else set()
                )
                assert offered == allowed, field


@pytest.mark.parametrize("pair", _registered(), ids=_ids)
def test_filters_by_a_relation_are_ours(cast, request_of, pair):
    _model, model_admin = pair
    for entry in model_admin.get_list_filter(request_of(cast.nadia, cast.saint_aubin)):
        chosen = entry[1] if isinstance(entry, tuple | list) else entry
        if isinstance(chosen, type) and issubclass(chosen, RelatedFieldListFilter):
            assert issubclass(chosen, ScopedRelatedFilter)


@pytest.mark.parametrize("pair", _registered(), ids=_ids)
def test_without_actor_there_is_nothing(pair, cast):
    request = RequestFactory().get("/admin/")
    request.user = cast.nadia
    assert not pair[1].get_queryset(request).exists()
    assert not pair[1].has_view_permission(request)


@pytest.mark.parametrize("pair", _registered(), ids=_ids)
def test_pages_of_the_other_organisation_do_not_exist(cast, client_of, request_of, pair):
    model, model_admin = pair
    nadia, sophie = client_of(cast.nadia), client_of(cast.sophie)
    name = f"{model._meta.app_label}/{model._meta.model_name}"
    listing = f"/c/saint-aubin/admin/{name}/"
    assert nadia.get(listing).status_code == 200
    assert sophie.get(listing).status_code == 404
    assert client_of(cast.julien).get(listing).status_code == 403
    mine = set(
        model_admin.get_queryset(request_of(cast.nadia, cast.saint_aubin)).values_list(
            "pk", flat=True
        )
    )
    theirs = set(
        model_admin.get_queryset(request_of(cast.sophie, cast.valmorel)).values_list(
            "pk", flat=True
        )
    )
    foreign = next(iter(mine - theirs), None)
    if foreign is None:
        return
    assert nadia.get(f"{listing}{foreign}/change/").status_code == 200
    assert nadia.get(f"{listing}{foreign}/history/").status_code == 200
    other = f"/c/valmorel/admin/{name}/{foreign}"
    for page in ("change", "delete", "history"):
        assert sophie.get(f"{other}/{page}/").status_code in {403, 404}, page
        assert sophie.post(f"{other}/{page}/", {"post": "yes"}).status_code in {403, 404}, page


def test_the_admin_is_nowhere_outside_an_organisation(cast, client_of, client):
    assert client_of(cast.nadia).get("/admin/").status_code == 404
    index = client_of(cast.nadia).get("/c/saint-aubin/admin/")
    assert "Administration – Saint-Aubin-le-Parvis" in index.content.decode()
    assert 'href="/c/saint-aubin/"' in index.content.decode()
    assert client_of(cast.nadia).get("/c/saint-aubin-ccas/admin/").status_code == 404
    assert client.get("/c/saint-aubin/admin/")["Location"].startswith("/connexion/")


def test_the_host_s_flags_open_nothing(cast, client_of):
    cast.julien.is_staff = cast.julien.is_superuser = True
    cast.julien.save()
    assert client_of(cast.julien).get("/c/saint-aubin/admin/").status_code == 403


def test_autocompletion_proposes_people_of_the_organisation_only(cast, client_of):
    address = "/c/valmorel/admin/autocomplete/"
    answer = client_of(cast.sophie).get(
        address,
        {
            "app_label": "accounts",
            "model_name": "membership",
            "field_name": "person",
            "term": "",
        },
    )
    names = {result["text"] for result in answer.json()["results"]}
    assert names == {"Sophie Bertin", "Karim Haddad"}


def test_a_membership_saved_in_the_admin_goes_through_the_service(cast, client_of):
    from accounts.models import AuditEntry, Membership

    nadia = client_of(cast.nadia)
    form = {
        "person": cast.julien.pk,
        "capacity": "elected",
        "job_title": "",
        "from_date": "2026-01-01",
        "to_date": "",
    }
    assert nadia.post("/c/saint-aubin/admin/accounts/membership/add/", form).status_code == 302
    made = Membership.objects.get(person=cast.julien, capacity="elected")
    assert made.organisation == cast.saint_aubin
    assert AuditEntry.objects.filter(target_uid=made.uid, actor_uid=cast.nadia.uid).exists()
    refused = nadia.post("/c/saint-aubin/admin/accounts/membership/add/", form, follow=True)
    assert "déjà cette qualité" in refused.content.decode()
    stranger = form | {"person": cast.sophie.pk}
    assert nadia.post("/c/saint-aubin/admin/accounts/membership/add/", stranger).status_code == 200
    assert not Membership.objects.filter(person=cast.sophie, organisation=cast.saint_aubin).exists()


def test_the_direction_cannot_change_the_card_of_somebody_who_has_an_account(cast, client_of):
    nadia = client_of(cast.nadia)
    card = {"gender": "m", "given_name": "X", "family_name": "Y", "email": "vol@exemple.fr"}
    assert (
        nadia.post(
            f"/c/saint-aubin/admin/accounts/person/{cast.karim.pk}/change/", card
        ).status_code
        == 403
    )
    cast.karim.refresh_from_db()
    assert cast.karim.email == "karim.haddad@exemple.fr"


def test_every_installed_app_of_ours_was_looked_at():
    assert {a.label for a in apps.get_app_configs()} >= set(OURS)
    assert reverse("admin:index") == "/admin/"
