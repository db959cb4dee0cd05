"""The score of the search, on a town hall small enough for the suite."""

from __future__ import annotations

import pytest

from bench.search_quality.filing import file_library, finder
from bench.search_quality.score import neighbours, pairs, score
from tests.documents.world import World


def test_a_third_is_held_out_and_there_is_enough_of_each() -> None:
    assert len(pairs()) >= 150
    assert len(neighbours()) >= 40
    assert sum(pair.held_out for pair in pairs()) == len(pairs()) // 3
    assert len({pair.title for pair in pairs()}) == len(pairs())


@pytest.mark.django_db
def test_what_is_meant_is_found_and_its_neighbour_does_not_come_first(world: World) -> None:
    file_library(world.root, 150)
    find = finder(world.dgs)
    for held_out in (True, False):
        told = score(find, held_out=held_out)
        assert told.recall >= 0.95, told.recall
        assert told.confusion <= 0.05, told.confusion
