"""Role × object × verb at the floor of the services, where pages, drive, admin and jobs all arrive.

Every verb is found by looking into the modules and has its least right in `verbs`. Each is tried by
everybody, in a plain folder, a limited one and a confidential one; then by who may do everything in
two communes, with the other commune's things. A refusal leaves nothing in any table.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models, transaction

from accounts.actor import Actor, actor_for
from accounts.enums import TeamKind
from accounts.models import AuditEntry, Organisation, Team
from accounts.services import handing_over, interim
from accounts.services.joining import join
from accounts.services.teams import add_to_team
from config.lib.access import Refused
from documents import services
from documents.enums import Role
from documents.services import folders, rights
from documents.services.refusals import Refusal
from tests.documents.rights.furnished import furnish
from tests.documents.rights.place import ACTING, ROLES, Place, Who, make_people
from tests.documents.rights.verbs import NOT_ACTS, VERBS, Charge, Least, Verb
from tests.personas import Cast

# -- no verb without its least right ---------------------------------------------------------------


def _functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the services that somebody acts in: (name, function)."""
    found = [
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(services.__path__, f"{services.__name__}.")
    ]
    for module in [*found, handing_over, interim]:
        short = module.__name__.rpartition(".")[2]
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            parameters = inspect.signature(function).parameters
            if "actor" in parameters:
                yield f"{short}.{name}", function


def test_every_verb_has_its_least_right() -> None:
    found = dict(_functions())
    rows = {f"{v.function.__module__.rpartition('.')[2]}.{v.function.__name__}" for v in VERBS}
    missing = set(found) - rows - set(NOT_ACTS) - {"handing_over.in_charge_of"}
    assert not missing, f"give these a row in VERBS, or say in NOT_ACTS why not: {sorted(missing)}"
    assert rows <= set(found)
    assert set(NOT_ACTS) <= set(found), "NOT_ACTS speaks of what is no longer there"
    assert not rows & set(NOT_ACTS)
    assert len({(verb.name, verb.states) for verb in VERBS}) == len(VERBS), "one row too many"


def test_every_verb_names_its_arguments() -> None:
    """Keyword-only: an actor and an object are never taken for one another."""
    for verb in VERBS:
        parameters = inspect.signature(inspect.unwrap(verb.function)).parameters.values()
        assert all(p.kind in (p.KEYWORD_ONLY, p.VAR_KEYWORD) for p in parameters), verb.name


# -- the expected answer ---------------------------------------------------------------------------


def _role(who: Who, state: str) -> Role:
    """What the stage gives: the direction reaches a plain folder from the root, no other."""
    if who == Who.DIRECTION:
        return Role.MANAGER if state == "plain" else Role.NONE
    return ROLES.get(who, Role.NONE)


def _holds(least: Least, who: Who, state: str) -> bool:
    if isinstance(least, Role):
        return _role(who, state) >= least
    return {
        Charge.DIRECTION: who == Who.DIRECTION,
        Charge.POST: who in (Who.DIRECTION, Who.KEEPER),
        Charge.HEAD: who == Who.MAYOR,
        Charge.OWNER: False,
        Charge.MEMBER: who != Who.ELSEWHERE,
    }[least]


def _expected(verb: Verb, who: Who, state: str) -> bool:
    if who in verb.also:
        return True
    if verb.below is not None and _role(who, state) >= verb.below:
        return False
    return who != Who.ELSEWHERE and all(_holds(least, who, state) for least in verb.least)


def _well_above(verb: Verb, who: Who) -> bool:
    roles = [least for least in verb.least if isinstance(least, Role)]
    return bool(roles) and who not in verb.also and ROLES.get(who, Role.NONE) > max(roles)


# -- what happened ---------------------------------------------------------------------------------


class Marks:
    """The rows of every table, as one number each; read again only when something was written."""

    def __init__(self) -> None:
        tables = sorted(
            {
                model._meta.db_table
                for model in apps.get_models(include_auto_created=True)
                if model._meta.managed and model._meta.app_label not in ("contenttypes", "sessions")
            }
        )
        self.sql = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0))::text"
            f' FROM "{table}" t'
            for table in tables
        )
        self.before = self.read()
        self.wrote = False

    def read(self) -> dict[str, tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            return {table: (count, total) for table, count, total in cursor.fetchall()}

    def watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Whether a statement may have written: cheap, and wrong only on the side of caution."""
        text = sql.upper()
        if (
            "INSERT" in text
            or "DELETE" in text
            or "UPDATE" in text.replace("FOR NO KEY UPDATE", "")
        ):
            self.wrote = True
        return execute(sql, params, many, context)

    def changed(self) -> list[str]:
        """The tables that are no longer as they were before the first act."""
        if not self.wrote:
            return []  # nothing was sent that could have
        after = self.read()
        return sorted(table for table in after if after[table] != self.before[table])


class _Undo(Exception):
    pass


_JOURNAL = AuditEntry._meta.db_table


def _try(
    verb: Verb,
    arguments: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    marks: Marks,
    *,
    expected: bool = False,
) -> tuple[bool, str, list[str], bool]:
    """Done or refused, the reason, the tables that changed, whether the journal has a line.

    Of an act that is expected, that something was written is enough: its own tests say what.
    """
    parameters = inspect.signature(verb.function).parameters
    given = {"actor": actor, **arguments} | ({"now": now} if "now" in parameters else {})
    done, reason, changed, heard = False, "", [], False
    marks.wrote = False
    try:
        with transaction.atomic(), connection.execute_wrapper(marks.watch):
            try:
                with transaction.atomic():
                    result = verb.function(**given)
                    done = bool(result) if verb.answers else True
            except (Refused, Refusal, ObjectDoesNotExist, interim.CannotStandIn) as refused:
                reason = type(refused).__name__ + f": {refused}"
            except handing_over.NobodyToTakeOver as refused:
                reason = str(refused)
            if expected and done and not verb.reads:
                changed = ["something"] if marks.wrote else []
                heard = AuditEntry.objects.count() > marks.before[_JOURNAL][0]
            else:
                changed = marks.changed()
                heard = _JOURNAL in changed
            raise _Undo
    except _Undo:
        return done, reason, changed, heard


def _wrong(verb: Verb, expected: bool, done: bool, reason: str, changed: list[str]) -> str:
    if expected:
        if not done:
            return f"should be allowed ({reason or 'empty answer'})"
        if verb.reads and changed:
            return f"should only read: {changed}"
        return "" if verb.reads or changed else "did nothing"
    if changed:
        return f"refused or not, left a trace in {changed}"
    return "should be refused" if done and not verb.silent else ""


# -- everybody, everywhere -------------------------------------------------------------------------


@pytest.fixture
def here(cast: Cast, request: pytest.FixtureRequest, tmp_path: Any) -> Place:
    """Saint-Aubin, furnished; `elsewhere` runs Valmorel, where the folders have the same names."""
    people = make_people(cast.now)
    outsider = people.pop(Who.ELSEWHERE)
    state = getattr(request, "param", "plain")
    place = furnish(cast.saint_aubin, cast.dgs, people, now=cast.now, state=state)
    place.made["disk"] = tmp_path
    sophie = cast.actor(cast.sophie, cast.valmorel)
    _run(cast.valmorel, sophie, outsider, cast.now)
    people[Who.ELSEWHERE] = outsider
    place.made["elsewhere"] = actor_for(outsider, cast.valmorel, now=cast.now)
    return place


def _run(organisation: Organisation, boss: Actor, person: Any, now: datetime) -> None:
    join(actor=boss, person=person, capacity="agent", now=now)
    team = Team.objects.get(organisation=organisation, kind=TeamKind.DGS)
    add_to_team(actor=boss, team=team, person=person, now=now)
    root = folders.create_root(organisation=organisation, now=now)
    folder = folders.create_folder(actor=boss, parent=root, name="Voirie", now=now)
    rights.set_role(actor=boss, obj=folder, principal=person, role=Role.MANAGER, now=now)


@pytest.mark.django_db
@pytest.mark.parametrize("here", ["plain", "restricted", "confidential"], indirect=True)
def test_each_verb_opens_at_its_least_right_and_leaves_no_trace_below(
    here: Place, request: pytest.FixtureRequest
) -> None:
    state = request.node.callspec.params["here"]
    actors = {who: here.acting(who) for who in ACTING if who != Who.ELSEWHERE}
    actors[Who.ELSEWHERE] = here.elsewhere
    marks, wrong = Marks(), []
    for verb in VERBS:
        if state not in verb.states:
            continue
        about_here = any(_is_thing(value) for value in verb.call(here).values())
        for who, actor in actors.items():
            if who == Who.ELSEWHERE and not about_here:
                continue  # what they do in their own commune
            expected = _expected(verb, who, state)
            if expected and state != "plain" and _well_above(verb, who):
                continue  # seen in the plain folder; what is limited is for those below
            done, reason, changed, heard = _try(
                verb, verb.call(here), actor, here.now, marks, expected=expected
            )
            said = _wrong(verb, expected, done, reason, changed)
            if not said and expected and not verb.reads and heard == verb.unheard:
                said = "has no line in the journal" if not verb.unheard else "has a line after all"
            if said:
                wrong.append(f"{verb.name}, {who}: {said}")
    assert not wrong, "\n".join(wrong)
    assert Marks().before == marks.before


@pytest.mark.django_db
def test_nobody_acts_without_a_running_membership_and_an_open_account(here: Place) -> None:
    """Roles outlive a membership in the tables; no actor does."""
    for who in (Who.ENDED, Who.DISABLED):
        assert actor_for(here.people[who], here.organisation, now=here.now) is None
    assert actor_for(here.people[Who.ELSEWHERE], here.organisation, now=here.now) is None


# -- another commune's things ----------------------------------------------------------------------


def _is_thing(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_is_thing(one) for one in value)
    return isinstance(value, models.Model)


def _whose(verb: Verb) -> Who:
    """Who may do it here: the owner, or whoever has every right."""
    if verb.least == (Charge.OWNER,):
        return verb.also[0]
    if Charge.HEAD in verb.least:
        return Who.MAYOR
    if verb.below is not None:
        return Who.NOBODY
    if all(isinstance(least, Role) for least in verb.least):
        return Who.MANAGER
    return Who.DIRECTION


@pytest.mark.django_db
def test_an_identifier_of_another_commune_is_worth_nothing(cast: Cast, tmp_path: Any) -> None:
    """The same people with the same roles in both: only where they act decides."""
    now, people = cast.now, make_people(cast.now)
    here = furnish(cast.saint_aubin, cast.dgs, dict(people), now=now)
    there = furnish(cast.valmorel, cast.actor(cast.sophie, cast.valmorel), dict(people), now=now)
    for place in (here, there):
        place.made["disk"] = tmp_path
    marks, wrong, tried = Marks(), [], 0
    for verb in VERBS:
        if "plain" not in verb.states or (verb.least == (Charge.OWNER,) and not verb.also):
            continue  # nobody may here either
        actor = here.acting(_whose(verb))
        ours, theirs = verb.call(here), verb.call(there)
        for name, value in theirs.items():
            if not _is_thing(value) or value == ours[name]:
                continue  # a person belongs to both
            tried += 1
            asked = {**verb.call(here), name: value}
            done, _, changed, _ = _try(verb, asked, actor, now, marks)
            if changed or (done and not verb.silent):
                wrong.append(f"{verb.name}: {name} of the other commune, {changed or 'done'}")
    assert not wrong, "\n".join(wrong)
    assert tried > 100
