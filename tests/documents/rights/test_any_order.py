"""Whatever people do, in whatever order, stored rights equal what the entries say."""

import datetime as dt
import os
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import documents.admin  # noqa: F401 - registers on the site
from accounts.actor import actor_for
from accounts.admin_base import site
from accounts.models import TeamMembership
from config.lib.access import Refused
from documents.access import (
    can_read,
    domain_id_of,
    is_trashed,
    role_of,
    roles_on,
    visible_documents,
    visible_folders,
)
from documents.enums import Role
from documents.models import (
    Document,
    DocumentGroupGrant,
    DocumentUserGrant,
    Folder,
    FolderGroupGrant,
    FolderUserGrant,
)
from documents.services import consequences, folders, moving, rights, trash
from documents.services.entries import type_of_grant
from documents.services.oracle import Oracle
from documents.services.refusals import Refusal
from tests.documents.world import NOW, join, make_document, make_team, make_world

pick = st.integers(min_value=0, max_value=10_000)
roles = st.sampled_from(list(Role))
# The director most of the time: others are refused often, and that must leave no trace either.
who = st.sampled_from([0, 0, 0, 0, 1, 2])


class AnyOrder(RuleBasedStateMachine):
    """Each run is a savepoint of the test's transaction, undone at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @initialize()
    def start(self) -> None:
        self.world = make_world()
        world = self.world
        self.people = [world.nadia, world.julien, world.claire]
        both = make_team(world.organisation, "Projet", world.julien, world.claire)
        self.principals = [world.directors, world.planning, world.desk, both, *self.people]
        for number in range(3):
            folder = world.folder(f"D{number}")
            for below in range(2):
                world.folder(f"D{number}{below}", folder)

    # -- choosing among what there is ---------------------------------------------------------

    def folder(self, n: int) -> Folder:
        rows = list(Folder.objects.filter(organisation=self.world.organisation).order_by("pk"))
        return rows[n % len(rows)]

    def thing(self, n: int) -> Folder | Document:
        rows = [
            *Folder.objects.filter(organisation=self.world.organisation).order_by("pk"),
            *Document.objects.filter(organisation=self.world.organisation).order_by("pk"),
        ]
        return rows[n % len(rows)]

    def document(self, n: int) -> Document | None:
        rows = list(Document.objects.filter(organisation=self.world.organisation).order_by("pk"))
        return rows[n % len(rows)] if rows else None

    def act(self, who: int, service, **arguments) -> None:
        actor = actor_for(self.people[who], self.world.organisation, now=NOW)
        if actor is None:
            return
        # Refused is fine; the invariants say whether it left something behind.
        with suppress(Refusal, Refused):
            service(actor=actor, **arguments)

    # -- what people do -----------------------------------------------------------------------

    @rule(who=who, n=pick, name=st.sampled_from("ABCDEF"))
    def mkdir(self, who: int, n: int, name: str) -> None:
        self.act(who, folders.create_folder, parent=self.folder(n), name=name, now=NOW)

    @rule(who=who, n=pick, name=st.sampled_from("ABCDEF"))
    def rename(self, who: int, n: int, name: str) -> None:
        self.act(who, folders.rename_folder, folder=self.folder(n), name=name, now=NOW)

    @rule(who=who, n=pick, to=pick)
    def move(self, who: int, n: int, to: int) -> None:
        self.act(who, folders.move_folder, folder=self.folder(n), target=self.folder(to), now=NOW)

    @rule(n=pick, name=st.sampled_from("UVWXYZ"))
    def file(self, n: int, name: str) -> None:
        folder = self.folder(n)
        if not Document.objects.filter(folder=folder, title=name).exists():
            make_document(folder, name)

    @rule(who=who, n=pick, to=pick)
    def move_document(self, who: int, n: int, to: int) -> None:
        document = self.document(n)
        if document is not None:
            self.act(
                who,
                moving.move_document,
                document=document,
                target=self.folder(to),
                now=NOW,
                confirmed=True,
            )

    @rule(who=who, n=pick, p=pick, role=roles)
    def grant(self, who: int, n: int, p: int, role: Role) -> None:
        self.act(
            who,
            rights.set_role,
            obj=self.thing(n),
            principal=self.principals[p % len(self.principals)],
            role=role,
            now=NOW,
            confirmed=True,
        )

    @rule(who=who, n=pick, p=pick)
    def ungrant(self, who: int, n: int, p: int) -> None:
        self.act(
            who,
            rights.remove_entry,
            obj=self.thing(n),
            principal=self.principals[p % len(self.principals)],
            now=NOW,
        )

    @rule(n=pick, p=pick, role=roles)
    def grant_in_the_administration(self, n: int, p: int, role: Role) -> None:
        thing, principal = self.thing(n), self.principals[p % len(self.principals)]
        chosen = {
            "content_object": thing,
            "holder": principal,
            "role": role,
            "confirmed": True,
        }
        self.act(0, self._through_admin(type_of_grant(thing, principal)), data=chosen)

    @rule(n=pick)
    def ungrant_in_the_administration(self, n: int) -> None:
        model = [FolderUserGrant, FolderGroupGrant, DocumentUserGrant, DocumentGroupGrant][n % 4]
        rows = list(model.objects.order_by("pk"))
        if rows:
            self.act(0, self._through_admin(model), row=rows[n % len(rows)])

    def _through_admin(self, model: type):
        admin = site._registry[model]

        def do(*, actor, row=None, data=None):
            request = SimpleNamespace(actor=actor)
            return admin.create(request, row, data) if data else admin.remove(request, row)

        return do

    @rule(n=pick)
    def ungrant_something(self, n: int) -> None:
        """Entries are few among all pairs: aim at one."""
        for number in range(60):
            thing = self.thing(n + number)
            grant = thing.user_grants.order_by("pk").first()
            team = thing.group_grants.select_related("group__team").order_by("pk").first()
            if grant or team:
                who = grant.user if grant else team.group.team
                self.act(0, rights.remove_entry, obj=thing, principal=who, now=NOW)
                return

    @rule(who=who, n=pick, keep=st.lists(pick, max_size=2))
    def restrict(self, who: int, n: int, keep: list[int]) -> None:
        kept = [self.principals[k % len(self.principals)] for k in keep]
        self.act(who, rights.restrict, folder=self.folder(n), now=NOW, keep=kept)

    @rule(who=who, n=pick)
    def unrestrict(self, who: int, n: int) -> None:
        self.act(who, rights.unrestrict, folder=self.folder(n), now=NOW)

    @rule(who=who, n=pick)
    def make_confidential(self, who: int, n: int) -> None:
        self.act(who, rights.make_confidential, folder=self.folder(n), now=NOW)

    @rule(who=who, n=pick)
    def take_over(self, who: int, n: int) -> None:
        self.act(who, rights.take_over, folder=self.folder(n), now=NOW)

    @rule(n=pick, p=pick)
    def join_or_leave(self, n: int, p: int) -> None:
        teams = self.principals[:4]
        team, person = teams[n % 4], self.people[1 + p % 2]
        found = TeamMembership.objects.filter(team=team, person=person).first()
        if found is None:
            join(team, person)
        else:
            yesterday = NOW.date() - dt.timedelta(days=1)
            found.to_date = yesterday if found.to_date is None else None
            found.save()

    @rule(p=pick)
    def belong_or_expire(self, p: int) -> None:
        for membership in self.people[1 + p % 2].memberships.all():
            yesterday = NOW.date() - dt.timedelta(days=1)
            membership.to_date = yesterday if membership.to_date is None else None
            membership.save()

    @rule(who=who, n=pick)
    def trash_or_restore_folder(self, who: int, n: int) -> None:
        folder = self.folder(n)
        service = trash.restore_folder if folder.trashed_at else trash.trash_folder
        self.act(who, service, folder=folder, now=NOW)

    @rule(who=who, n=pick)
    def trash_or_restore_document(self, who: int, n: int) -> None:
        document = self.document(n)
        if document is not None:
            service = trash.restore_document if document.trashed_at else trash.trash_document
            self.act(who, service, document=document, now=NOW)

    @rule(n=pick, to=pick, p=pick, role=roles)
    def look_before_saving(self, n: int, to: int, p: int, role: Role) -> None:
        """Previews undo all that they did, and foretell exactly what happens here."""
        thing, principal = self.thing(n), self.principals[p % len(self.principals)]
        actor = self.world.dgs
        before = self._roles(thing)
        try:
            with transaction.atomic():
                foretold = consequences.preview_role(
                    actor=actor, obj=thing, principal=principal, role=role, now=NOW
                )
                rights.set_role(
                    actor=actor, obj=thing, principal=principal, role=role, now=NOW, confirmed=True
                )
                after = self._roles(thing)
                transaction.set_rollback(True)
        except (Refusal, Refused):
            return
        shifts = {s.person.pk: (s.before, s.after) for s in [*foretold.gains, *foretold.losses]}
        for person, role_before in before.items():
            seen = shifts.get(person, (role_before, role_before))
            assert seen == (role_before, after[person])
        self.act(0, consequences.preview_move, obj=thing, target=self.folder(to), now=NOW)

    def _roles(self, thing: Folder | Document) -> dict[int, Role]:
        fresh = type(thing).objects.get(pk=thing.pk)
        actors = [actor_for(p, self.world.organisation, now=NOW) for p in self.people]
        return {a.person.pk: role_of(a, fresh) for a in actors if a is not None}

    # -- what stays true ----------------------------------------------------------------------

    @invariant()
    def stored_rights_are_what_the_entries_say(self) -> None:
        if not hasattr(self, "world"):
            return
        connection.check_constraints()
        oracle = Oracle(self.world.organisation)
        assert oracle.differences() == []
        everything = [*oracle.folders.values(), *oracle.documents.values()]
        for person in self.people:
            actor = actor_for(person, self.world.organisation, now=NOW)
            if actor is None:
                continue
            shown = {*visible_folders(actor), *visible_documents(actor)}
            stored = roles_on(actor, map(domain_id_of, everything))
            for thing in everything:
                role = oracle.role(actor.principals, thing)
                assert stored.get(domain_id_of(thing), Role.NONE) == role
                in_trash = thing.trashed_at is not None or (
                    isinstance(thing, Document)
                    and oracle.folders[thing.folder_id].trashed_at is not None
                )
                assert (thing in shown) == (role >= Role.READER and not in_trash)
            thing = everything[len(shown) % len(everything)]
            if thing in shown or not is_trashed(thing):
                assert bool(can_read(actor, thing)) == (thing in shown)


@pytest.mark.django_db
def test_stored_rights_are_right_whatever_happened_before() -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=int(os.environ.get("RIGHTS_EXAMPLES", "5")),
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
