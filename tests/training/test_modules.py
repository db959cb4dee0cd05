"""The library: short modules, every answer explained, every challenge proved by an event."""

import re
from pathlib import Path

import pytest

from training.modules import BadModule, Module, complaints, modules, parse

GOOD = """
code = "M99"
slug = "essai"
title = "Essai"
summary = "Un essai."
audience = "all"
minutes = 5
[[steps]]
key = "q"
kind = "question"
title = "Vrai ?"
[[steps.choices]]
text = "oui"
right = true
feedback = "Oui."
[[steps.choices]]
text = "non"
feedback = "Non."
"""


def test_the_two_first_modules_are_there_and_short() -> None:
    library = {module.code: module for module in modules().values()}
    assert {"M01", "M03"} <= set(library)
    assert library["M01"].minutes == 6
    assert library["M03"].minutes == 12
    assert [complaints(module) for module in library.values()] == [[] for _ in library]


@pytest.mark.parametrize("module", modules().values(), ids=lambda m: m.code)
def test_each_module_has_texts_four_questions_and_a_challenge(module: Module) -> None:
    kinds = [step.kind for step in module.steps]
    assert kinds.count("question") == 4
    assert kinds.count("challenge") == 1
    assert kinds.count("text") >= 2


def test_every_event_that_proves_a_challenge_is_told_somewhere_in_the_code() -> None:
    root = Path(__file__).resolve().parents[2]
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for app in ("documents", "council", "accounts")
        for path in (root / app).rglob("*.py")
    )
    events = {event for module in modules().values() for event in module.events}
    assert {event for event in events if not re.search(rf'"{re.escape(event)}"', code)} == set()


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("minutes = 5", "minutes = 21", "21 minutes"),
        ('feedback = "Non."', "", "every choice needs its feedback"),
        ("right = true", "right = false", "one right choice"),
        ('kind = "question"', 'kind = "challenge"', "proved by an event"),
    ],
)
def test_a_module_that_breaks_the_rules_is_refused(before: str, after: str, complaint: str) -> None:
    parse(GOOD)
    with pytest.raises(BadModule, match=complaint):
        parse(GOOD.replace(before, after))
