"""The cast itself: who is where."""

from accounts.actor import actor_for
from accounts.models import Mail


def test_the_commune_s_dgs_does_not_enter_its_ccas(cast):
    assert actor_for(cast.nadia, cast.ccas, now=cast.now) is None
    assert actor_for(cast.claire, cast.ccas, now=cast.now).is_dgs
    assert not cast.actor(cast.claire).is_dgs


def test_an_agent_of_two_communes_has_the_teams_of_one_at_a_time(cast):
    assert cast.actor(cast.karim).team_ids == {cast.finances.pk}
    assert cast.actor(cast.karim, cast.valmorel).team_ids == frozenset()


def test_nobody_of_the_cast_waits_for_a_test_message(cast):
    assert not Mail.objects.exists()
