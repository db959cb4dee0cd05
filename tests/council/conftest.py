"""Stages of the council tests."""

import pytest

from tests.council.letters import send_letters
from tests.council.stage import NOW, Stage, make_stage
from tests.remembered import recall


@pytest.fixture
def stage(db: None) -> Stage:
    """A commune of 2,300 inhabitants."""
    return recall("stage", make_stage, at=NOW)


@pytest.fixture
def elsewhere(db: None) -> Stage:
    """Another commune, with the same people names and other people."""
    return make_stage("valmorel")


@pytest.fixture
def letters(stage: Stage) -> Stage:
    """A meeting convened on Saturday 21 November, each message accepted at once by the server;
    the paper dossier is not given yet."""
    recall("letters", lambda: send_letters(stage), at=NOW, upon=stage)
    return stage
