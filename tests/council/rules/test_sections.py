"""Where a point goes by itself among the headings of a body, and where it may stand."""

import pytest

from council.rules.sections import Heading, heading_for, span

MODEL = (
    Heading("finances", ("7", "1.1")),
    Heading("taxes", ("7.2",)),
    Heading("divers", takes_questions=True),
)
RANKS = {"finances": 1, "taxes": 2, "divers": 3}


@pytest.mark.parametrize(
    ("kind", "matter", "code", "found"),
    [
        ("deliberation", "ordinary", "7.1", "finances"),
        ("deliberation", "ordinary", "7.2", "taxes"),
        ("deliberation", "ordinary", "1.1", "finances"),
        ("deliberation", "ordinary", "1.2", ""),
        ("deliberation", "ordinary", "", ""),
        ("deliberation", "minutes", "7.1", ""),
        ("deliberation", "urgency", "7.1", ""),
        ("decisions_report", "ordinary", "", ""),
        ("oral_question", "ordinary", "7.1", "divers"),
        ("information", "ordinary", "", "divers"),
        ("wish", "ordinary", "7.1", "finances"),
    ],
)
def test_the_exact_matter_wins_and_what_comes_first_has_no_heading(kind, matter, code, found):
    assert heading_for(kind=kind, matter=matter, code=code, headings=MODEL) == found


def test_without_a_heading_for_them_questions_close_the_agenda():
    asked = {"kind": "oral_question", "matter": "ordinary", "code": ""}
    assert heading_for(**asked, headings=MODEL[:2]) == "taxes"
    assert heading_for(**asked, headings=()) == ""


@pytest.mark.parametrize(
    ("order", "heading", "places"),
    [
        ([], "", (0, 0)),
        (["", "", ""], "", (0, 3)),
        (["", "finances", "finances", "divers"], "finances", (1, 3)),
        (["", "finances", "divers"], "taxes", (2, 2)),
        (["finances", "divers"], "", (0, 0)),
        (["", "finances"], "divers", (2, 2)),
        (["divers", "finances"], "taxes", (0, 0)),
    ],
)
def test_a_point_stands_inside_its_heading_and_moves_no_other(order, heading, places):
    assert span(order, heading, RANKS) == places
