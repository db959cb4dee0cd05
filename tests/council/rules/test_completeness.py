"""What a point lacks, in words."""

import pytest

from council.rules.completeness import Draft, in_words, missing

WHOLE = {
    "kind": "deliberation",
    "subject_code": "7.5",
    "told_budget": True,
    "has_note": True,
    "has_text": True,
}


def lacks(*, note_required=True, **changed):
    return missing(Draft(**(WHOLE | changed)), note_required=note_required)


def test_a_whole_point_lacks_nothing_and_nothing_is_said():
    assert lacks() == ()
    assert in_words(lacks()) == ""


def test_the_sentence_of_the_budget_voted_without_its_document():
    told = lacks(matter="budget", subject_code="")
    assert in_words(told) == "Il manque\u00a0: la matière, une annexe budgétaire."


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"subject_code": ""}, ("la matière",)),
        ({"subject_code": "7"}, ("la matière",)),
        ({"subject_code": "7.99"}, ("la matière",)),
        ({"subject_code": "7.1"}, ("une annexe budgétaire",)),
        ({"subject_code": "7.10"}, ()),
        ({"subject_code": "7.1", "pieces": ("annexe",)}, ()),
        ({"subject_code": "7.1", "pieces": ("plan",)}, ("une annexe budgétaire",)),
        ({"subject_code": "7.1", "pieces": ("plan", "budget")}, ()),
        ({"matter": "accounts"}, ("une annexe budgétaire",)),
        ({"told_budget": False}, ("l’effet sur le budget",)),
        ({"told_budget": False, "kind": "wish"}, ()),
        ({"has_note": False}, ("la note de synthèse",)),
        ({"has_note": False, "note_required": False}, ()),
        ({"has_note": False, "note_required": False, "matter": "icpe"}, ("la note de synthèse",)),
        ({"has_note": False, "equivalent_document": True}, ("la note de synthèse",)),
        ({"has_note": False, "equivalent_document": True, "pieces": ("annexe",)}, ()),
        ({"has_text": False}, ("le projet de délibération",)),
        ({"has_text": False, "pieces": ("annexe",)}, ()),
    ],
)
def test_each_thing_that_may_lack(changed, told):
    assert lacks(**changed) == told


@pytest.mark.parametrize("kind", ["information", "oral_question", "decisions_report"])
def test_what_carries_no_vote_lacks_nothing(kind):
    assert missing(Draft(kind=kind), note_required=True) == ()


@pytest.mark.parametrize("matter", ["urgency", "minutes"])
def test_what_the_law_puts_itself_lacks_nothing(matter):
    assert missing(Draft(kind="deliberation", matter=matter), note_required=True) == ()
