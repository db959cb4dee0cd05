"""What the minutes tell of the room, in its place, agreed with the people (R-DOC-02)."""

from dataclasses import replace

import pytest

from council.rules.policy import Body
from council.rules.session import Kind
from council.rules.session.facts import About
from council.rules.wording import Gender, Named
from council.rules.wording.happenings import happening_sentence
from tests.council.session.sitting import PARIS, Script, frame

NAMES = {
    "m1": Named("Michel Un", Gender.MASCULINE),
    "m2": Named("Anne Deux", Gender.FEMININE),
    "m3": Named("Alix Trois"),
    "m4": Named("Paul Quatre", Gender.MASCULINE),
    "s5": Named("Odile Roy", Gender.FEMININE),
    "m5": Named("Luc Cinq", Gender.MASCULINE),
}
HERE = frame(5, body=Body.COMMUNITY_COUNCIL, others=("s5",), alternates={"s5": "m5"}, names=NAMES)


def told(script):
    return [
        (
            one.item,
            one.decided,
            happening_sentence(one, NAMES.__getitem__, one.at.astimezone(PARIS)).replace(
                "\u00a0", " "
            ),
        )
        for one in script.told().happenings
        if one.kind not in (Kind.OPENED, Kind.SUSPENDED)
    ]


def words(script):
    return [sentence for _, _, sentence in told(script)]


def opened(*here, **more):
    return Script(replace(HERE, **more)).opened(*here)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (opened("m1", "m2", "m3").arrives("m4"), "M. Paul Quatre arrive à 20 h 01."),
        (
            opened("m1", "m2", "m3", proxies={"m4": "m3"}).arrives("m4"),
            "M. Paul Quatre arrive à 20 h 01 ; le pouvoir donné à Alix Trois prend fin.",
        ),
        (
            opened("m1", "m2", "m4", proxies={"m3": "m5"}).arrives("m5"),
            "M. Luc Cinq arrive à 20 h 01 ; M. Luc Cinq exerce le pouvoir d’Alix Trois.",
        ),
        (
            opened("m1", "m2", "m3", "m4", proxies={"m5": "m4"}).leaves("m4"),
            "M. Paul Quatre quitte la séance à 20 h 01 ; le pouvoir de M. Luc Cinq n’est plus "
            "exercé.",
        ),
        (
            opened("m1", "m2", "m3", "m5", "s5").leaves("m5"),
            "M. Luc Cinq quitte la séance à 20 h 01 ; Mme Odile Roy siège à sa place.",
        ),
        (
            opened("m1", "m2", "m3", "s5").arrives("m5"),
            "M. Luc Cinq arrive à 20 h 01 et reprend son siège.",
        ),
        (
            opened("m1", "m2", "m3").add(Kind.SUBSTITUTE, person="s5", holder="m5"),
            "Mme Odile Roy siège à la place de M. Luc Cinq, absent, à compter de 20 h 01.",
        ),
        (
            opened("m1", "m2", "m3", "m4").proxy("m4", "m2"),
            "M. Paul Quatre donne pouvoir à Mme Anne Deux à 20 h 01.",
        ),
        (
            opened("m1", "m2", "m3", proxies={"m4": "m2"}).add(Kind.PROXY_ENDED, person="m4"),
            "M. Paul Quatre met fin au pouvoir donné à Mme Anne Deux à 20 h 01.",
        ),
        (
            opened("m1", "m2", "m3", "m4").add(Kind.CHAIR, person="m2"),
            "Mme Anne Deux prend la présidence à 20 h 01, à la place de M. Michel Un.",
        ),
        (
            opened("m1", "m2", "m3").leaves("m3"),
            "Alix Trois quitte la séance à 20 h 01. Le quorum n’est plus atteint : 2 présents pour "
            "3 nécessaires.",
        ),
    ],
)
def test_one_sentence_each(script, sentence):
    assert words(script) == [sentence]


def test_each_in_the_place_where_it_happened():
    script = opened("m1", "m2", "m3").arrives("m4").call("a").leaves("m4").vote("a").decide("a")
    script.arrives("m4").call("b").leaves("m2")
    assert [(item, decided) for item, decided, _ in told(script)] == [
        ("", False),
        ("a", False),
        ("a", True),
        ("b", False),
    ]


def test_a_pouvoir_handed_over_during_a_point_takes_effect_at_the_next():
    script = opened("m1", "m2", "m3", "m4").call("a").proxy("m4", "m2").leaves("m4")
    script.vote("a").decide("a").call("b")
    assert words(script)[-1] == ("Le pouvoir donné par M. Paul Quatre à Mme Anne Deux prend effet.")


def test_the_quorum_found_again_and_the_doors():
    script = opened("m1", "m2", "m3").leaves("m3").arrives("m3")
    assert words(script)[-1].endswith(
        "Le quorum est de nouveau atteint : 3 présents pour 3 nécessaires."
    )
    script.vote(about=About.CLOSED_DOORS, asked_by_chair=True).add(Kind.DOORS_OPENED)
    assert words(script)[-1] == (
        "Le huis clos prend fin à 20 h 04 : la séance est de nouveau publique."
    )


def test_nothing_is_told_of_what_came_before_the_opening_or_was_refused():
    script = Script(HERE).arrives("m1").leaves("m1").opened("m1", "m2", "m3").leaves("m5")
    assert words(script) == []
