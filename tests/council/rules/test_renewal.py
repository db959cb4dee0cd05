"""A general renewal: who stays until when, the points of the installation, who may be elected."""

from datetime import date

import pytest

from council.rules import blocking
from council.rules.mandates import (
    Candidate,
    Ending,
    Follows,
    Renewal,
    gender_of_the_next,
    next_on_list,
    seat_elsewhere,
)
from council.rules.policy import Body
from council.rules.renewal import (
    ccas_is_owed,
    check_executive,
    installation_points,
    offices_of,
    tails,
)

MARCH_15 = date(2026, 3, 15)
MARCH_20 = date(2026, 3, 20)


def codes(**facts):
    wanted = {"legal": 19, "has_ccas": True} | facts
    return [one.code for one in installation_points(**wanted)]


def test_each_function_ends_on_a_day_of_its_own():
    told = {one.who: one for one in tails(Renewal(MARCH_15, MARCH_20))}
    assert told["Conseillers municipaux"].last_day == MARCH_15
    assert told["Maire et adjoints"].last_day == MARCH_20
    assert told["Commissions"].last_day == MARCH_20
    assert told["Délégués des syndicats et de la communauté"].last_day is None
    assert told["Conseil d’administration du CCAS"].last_day == date(2026, 5, 20)
    assert all(one.citation for one in told.values())


def test_the_other_bodies_end_when_theirs_are_elected():
    told = {
        one.who: one.last_day
        for one in tails(Renewal(MARCH_15, MARCH_20, date(2026, 4, 16), date(2026, 4, 2)))
    }
    assert told["Délégués des syndicats et de la communauté"] == date(2026, 4, 16)
    assert told["Conseil d’administration du CCAS"] == date(2026, 4, 2)


def test_nothing_before_the_mayor_and_the_charter_after_the_deputies():
    assert codes()[:4] == ["mayor", "deputies-number", "deputies", "charter"]
    order = codes(outside=("SIVOM du Val",))
    assert order.index("delegations") < order.index("indemnities") < order.index("commissions")
    assert order.index("ccas-number") < order.index("ccas") < order.index("outside-1")


def test_the_ccas_and_the_delegates_only_where_there_are_some():
    assert not [one for one in codes(has_ccas=False) if one.startswith(("ccas", "outside"))]
    assert codes(outside=("A", "B"))[-2:] == ["outside-1", "outside-2"]


@pytest.mark.parametrize(("population", "owed"), [(1499, False), (1500, True), (2300, True)])
def test_a_ccas_is_owed_from_1500_inhabitants_on(population, owed):
    assert ccas_is_owed(population) is owed


@pytest.mark.parametrize(
    ("legal", "most"), [(7, "2 au plus"), (19, "5 au plus"), (23, "6 au plus")]
)
def test_the_number_of_deputies_says_its_limit(legal, most):
    points = {one.code: one for one in installation_points(legal=legal, has_ccas=False)}
    assert most in points["deputies-number"].summary.replace("\u00a0", " ")


def test_every_point_has_its_text_and_its_matter():
    for one in installation_points(legal=15, has_ccas=True, outside=("SIVU",)):
        assert one.citation
        assert one.classification.startswith("5.")


COUNCIL = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("mayor", "deputies", "legal", "count"),
    [
        ("a", ["b", "c"], 19, 0),
        ("a", ["b"], 7, 0),
        ("a", ["b", "c", "d"], 7, 1),
        ("a", [], 19, 1),
        ("a", ["a"], 19, 1),
        ("a", ["b", "b"], 19, 1),
        ("z", ["b"], 19, 1),
        ("a", ["z"], 19, 1),
        ("z", ["z"], 19, 2),
    ],
)
def test_who_may_be_mayor_and_deputies(mayor, deputies, legal, count):
    found = check_executive(mayor=mayor, deputies=deputies, councillors=COUNCIL, legal=legal)
    assert len(blocking(found)) == count


@pytest.mark.parametrize(
    ("body", "members", "most"),
    [
        (Body.COMMUNITY_COUNCIL, 12, 4),
        (Body.COMMUNITY_COUNCIL, 41, 9),
        (Body.SYNDICATE_COMMITTEE, 200, 15),
        (Body.CCAS_BOARD, 9, 2),
        (Body.MUNICIPAL_COUNCIL, 19, 5),
    ],
)
def test_the_offices_of_each_body_say_their_limit(body, members, most):
    offices = offices_of(body, members)
    assert offices.most == most
    assert f"{most} au plus" in offices.number
    many = [str(n) for n in range(most + 1)]
    facts = {"mayor": "m", "councillors": [*many, "m"], "legal": members, "body": body}
    assert not blocking(check_executive(deputies=many[:most], **facts))
    assert blocking(check_executive(deputies=many, **facts))


@pytest.mark.parametrize(
    ("ending", "chosen", "follows"),
    [
        (Ending.RESIGNATION, True, Follows.ENDS),
        (Ending.DEATH, True, Follows.ENDS),
        (Ending.ANNULMENT, True, Follows.ENDS),
        (Ending.TERM, True, Follows.STAYS),
        (Ending.REPLACEMENT, True, Follows.STAYS),
        (Ending.RESIGNATION, False, Follows.STAYS),
    ],
)
def test_a_seat_beside_the_commune_follows_the_one_in_its_council(ending, chosen, follows):
    assert seat_elsewhere(ending, elected_by_the_council=chosen) is follows


@pytest.mark.parametrize(
    ("community", "seats", "like", "who"),
    [(True, 2, "f", "d"), (True, 2, "m", "c"), (True, 1, "f", "c"), (False, 2, "f", "c")],
)
def test_a_community_councillor_is_followed_by_the_same_sex(community, seats, like, who):
    wanted = gender_of_the_next(community=community, gender=like, seats=seats)
    listed = [
        Candidate("a", 1, elected=True, gender="f"),
        Candidate("b", 2, elected=True, gender="m"),
        Candidate("c", 3, gender="m"),
        Candidate("d", 4, gender="f"),
    ]
    assert next_on_list(listed, like=wanted) == who
    assert next_on_list(listed[:3], like=wanted) == (who if who == "c" else "")
