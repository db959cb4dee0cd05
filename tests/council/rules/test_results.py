"""Result sentences, agreed in gender and number."""

from datetime import datetime

import pytest

from council.rules.nominations import Round, election_of
from council.rules.sitting import Opening
from council.rules.voters import Basis
from council.rules.votes import Ballot, Choice, Counts, Rule, decide
from council.rules.wording import Gender, Named, agreed, listed
from council.rules.wording.events import (
    accounts_chair_sentence,
    arrival_sentence,
    closing_sentence,
    departure_sentence,
    no_quorum_sentence,
    opening_sentence,
    secretary_sentence,
    suspension_sentence,
    withdrawal_sentence,
)
from council.rules.wording.results import (
    CLOSED_DOORS,
    THE_ACCOUNTS,
    THE_MINUTES,
    THE_URGENCY,
    THE_WISH,
    Voices,
    election_sentence,
    minutes_of_attendance,
    named_at_once_sentence,
    result_sentence,
    roll_call_sentence,
)

F, M = Gender.FEMININE, Gender.MASCULINE
ANNE, ROSE = Named("Anne Bel", F), Named("Rose Lac", F)
PAUL, LUC = Named("Paul Roy", M), Named("Luc Mas", M)
SAM = Named("Sam Petit")


def plain(sentence):
    return sentence.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([ANNE], "Mme Anne Bel"),
        ([ANNE, ROSE], "Mmes Anne Bel et Rose Lac"),
        ([PAUL, LUC], "MM. Paul Roy et Luc Mas"),
        ([PAUL, ANNE, LUC], "M. Paul Roy, Mme Anne Bel et M. Luc Mas"),
        ([SAM, ANNE], "Sam Petit et Mme Anne Bel"),
        ([SAM, SAM], "Sam Petit et Sam Petit"),
        ([], ""),
    ],
)
def test_people_in_a_sentence(people, words):
    assert plain(listed(people)) == words


@pytest.mark.parametrize(
    ("people", "word"),
    [
        ([ANNE], "élue"),
        ([ANNE, ROSE], "élues"),
        ([PAUL], "élu"),
        ([PAUL, ANNE], "élus"),
        ([SAM], "élu·e"),
        ([SAM, ANNE], "élu·es"),
        ([SAM, PAUL], "élus"),
    ],
)
def test_a_participle_agrees(people, word):
    assert agreed("élu", people) == word


def test_no_s_is_doubled():
    assert agreed("assis", [PAUL, LUC]) == "assis"


FOR, AGAINST = Choice.FOR, Choice.AGAINST
RESULTS = [
    (
        "R-VOT-02 unanimity",
        Counts(17),
        {},
        {},
        "La délibération est adoptée à l’unanimité : 17 voix pour.",
    ),
    (
        "R-VOT-02 unanimity of those who spoke",
        Counts(14, 0, 3),
        {},
        {"voices": Voices(abstainers=[PAUL, LUC, ANNE])},
        "La délibération est adoptée à l’unanimité des suffrages exprimés : 14 voix pour, "
        "3 abstentions (M. Paul Roy, M. Luc Mas et Mme Anne Bel).",
    ),
    (
        "R-VOT-02 majority with names",
        Counts(10, 1, 1),
        {},
        {"voices": Voices([ANNE], [PAUL])},
        "La délibération est adoptée à la majorité : 10 voix pour, 1 voix contre (Mme Anne Bel), "
        "1 abstention (M. Paul Roy).",
    ),
    (
        "R-VOT-02 pouvoirs said",
        Counts(17),
        {},
        {"voices": Voices(represented=1)},
        "La délibération est adoptée à l’unanimité : 17 voix pour, dont 1 pouvoir.",
    ),
    (
        "R-VOT-01 casting vote",
        Counts(8, 8),
        {"chair": FOR},
        {"chair": ANNE},
        "La délibération est adoptée par partage des voix, celle de Mme Anne Bel, présidente de "
        "séance, étant prépondérante : 8 voix pour, 8 voix contre.",
    ),
    (
        "R-VOT-01 the casting vote is against",
        Counts(8, 8),
        {"chair": AGAINST},
        {},
        "La délibération n’est pas adoptée par partage des voix, celle de la présidence étant "
        "prépondérante : 8 voix pour, 8 voix contre.",
    ),
    (
        "R-VOT-01 nobody spoke",
        Counts(0, 0, 2),
        {},
        {"subject": THE_WISH},
        "Le vœu n’est pas adopté, aucun suffrage n’étant exprimé : 0 voix pour, 2 abstentions.",
    ),
    (
        "R-VOT-04 no name in a secret ballot",
        Counts(8, 7, 0, 0, 2),
        {"ballot": Ballot.SECRET},
        {"voices": Voices([ANNE], [], [], 3)},
        "La délibération est adoptée au scrutin secret à la majorité : 8 voix pour, 7 voix contre, "
        "2 bulletins blancs.",
    ),
    (
        "R-VOT-04 a secret tie",
        Counts(8, 8, 0, 0, 0, 1),
        {"ballot": Ballot.SECRET, "chair": FOR},
        {},
        "La délibération n’est pas adoptée au scrutin secret, les voix étant partagées : 8 voix "
        "pour, 8 voix contre, 1 bulletin nul.",
    ),
    (
        "R-VOT-03 public and rejected",
        Counts(2, 9),
        {"ballot": Ballot.PUBLIC},
        {},
        "La délibération n’est pas adoptée au scrutin public : 2 voix pour, 9 voix contre.",
    ),
    (
        "R-VOT-07 accounts on a tie",
        Counts(7, 7),
        {"rule": Rule.ACCOUNTS},
        {"subject": THE_ACCOUNTS},
        "Le compte financier unique est arrêté, aucune majorité ne s’étant dégagée contre son "
        "adoption : 7 voix pour, 7 voix contre.",
    ),
    (
        "R-VOT-08 two do not vote",
        Counts(10, 0, 0, 2),
        {},
        {"voices": Voices(not_voting=[ANNE, ROSE])},
        "La délibération est adoptée à l’unanimité : 10 voix pour. Mmes Anne Bel et Rose Lac ne "
        "prennent pas part au vote.",
    ),
    (
        "R-VOT-08 one does not vote, unnamed",
        Counts(10, 0, 0, 1),
        {},
        {"subject": THE_MINUTES},
        "Le procès-verbal est approuvé à l’unanimité : 10 voix pour. 1 membre ne prend pas part au "
        "vote.",
    ),
    (
        "R-CONV-06 urgency",
        Counts(5),
        {},
        {"subject": THE_URGENCY},
        "L’urgence est approuvée à l’unanimité : 5 voix pour.",
    ),
    (
        "R-VOT-09 closed doors",
        Counts(0, 5),
        {},
        {"subject": CLOSED_DOORS},
        "Le huis clos n’est pas décidé, à l’unanimité des suffrages exprimés : 0 voix pour, 5 voix "
        "contre.",
    ),
]


@pytest.mark.parametrize(
    ("counts", "how", "said", "words"), [pytest.param(*c[1:], id=c[0]) for c in RESULTS]
)
def test_the_result_in_one_sentence(counts, how, said, words):
    assert plain(result_sentence(decide(counts, **how), **said)) == words


@pytest.mark.law("R-VOT-03")
def test_a_roll_call_names_everybody():
    assert plain(roll_call_sentence([ANNE, ROSE], [PAUL], [LUC])) == (
        "Au scrutin public, ont voté pour : Mmes Anne Bel et Rose Lac ; a voté contre : M. Paul "
        "Roy ; s’est abstenu : M. Luc Mas."
    )
    assert plain(roll_call_sentence([], [], [ANNE, ROSE])) == (
        "Au scrutin public, se sont abstenues : Mmes Anne Bel et Rose Lac."
    )
    assert roll_call_sentence([], [], []) == ""


def elected(rounds, who, to="", eldest=("b", "a")):
    return plain(
        election_sentence(election_of(rounds, eldest_first=eldest), rounds, elected=who, to=to)
    )


@pytest.mark.law("T-VOT-14")
def test_an_election_in_the_first_round():
    assert elected([Round({"a": 9, "b": 6, "c": 2})], ANNE, "déléguée au syndicat des eaux") == (
        "Mme Anne Bel est élue déléguée au syndicat des eaux au premier tour par 9 voix (suffrages "
        "exprimés : 17, majorité absolue : 9)."
    )


@pytest.mark.law("T-VOT-15")
def test_an_election_by_age():
    tie = [Round({"a": 8, "b": 8})] * 3
    assert elected(tie, PAUL) == (
        "M. Paul Roy est élu au troisième tour par 8 voix, à égalité de voix, étant le plus âgé."
    )
    assert elected(tie, ANNE).endswith("étant la plus âgée.")
    assert elected(tie, SAM).endswith("au bénéfice de l’âge.")


@pytest.mark.law("R-VOT-04")
def test_a_relative_majority_and_another_round():
    rounds = [Round({"a": 5, "b": 4, "c": 4})] * 3
    assert "à la majorité relative" in elected(rounds, LUC)
    assert "un autre tour est nécessaire" in elected(rounds[:1], LUC)
    assert "aucun suffrage" in elected([Round()] * 3, LUC)


def test_named_at_once():
    assert plain(named_at_once_sentence([ANNE, ROSE], "au conseil d’école")) == (
        "Une seule candidature ayant été déposée par siège, Mmes Anne Bel et Rose Lac sont "
        "désignées au conseil d’école ; il en est donné lecture."
    )


@pytest.mark.law("R-DOC-02")
def test_the_attendance():
    lines = minutes_of_attendance([ANNE, ROSE], [(PAUL, ANNE)], [LUC], [SAM])
    assert [plain(line) for line in lines] == [
        "Présentes (2) : Mmes Anne Bel et Rose Lac.",
        "Représenté (1) : M. Paul Roy (pouvoir à Mme Anne Bel).",
        "Excusé·e (1) : Sam Petit.",
        "Absent (1) : M. Luc Mas.",
    ]


def at(hour, minute=0):
    return datetime(2026, 11, 30, hour, minute)


@pytest.mark.law("T-QUO-14")
def test_a_late_opening_gives_both_hours():
    assert plain(opening_sentence(Opening(at(20), at(20, 20)), ANNE)) == (
        "La séance, convoquée à 20 h 00, est ouverte à 20 h 20, le quorum étant alors atteint, "
        "sous la présidence de Mme Anne Bel."
    )
    assert "convoquée" not in opening_sentence(Opening(at(20), at(20)), ANNE)


EVENTS = [
    (
        arrival_sentence([ANNE], at(20, 20), 3),
        "Mme Anne Bel arrive à 20 h 20, avant l’examen du point 3.",
    ),
    (arrival_sentence([ANNE, PAUL], None, None), "Mme Anne Bel et M. Paul Roy arrivent."),
    (
        departure_sentence([PAUL], at(21, 5), 5, ANNE),
        "M. Paul Roy quitte la séance à 21 h 05, avant l’examen du point 5, et donne pouvoir à "
        "Mme Anne Bel.",
    ),
    (
        departure_sentence([PAUL, LUC], at(22), None),
        "MM. Paul Roy et Luc Mas quittent la séance à 22 h 00.",
    ),
    (
        withdrawal_sentence([ANNE], Basis.PERSONAL),
        "Mme Anne Bel, intéressée à l’affaire, ne prend part ni au débat ni au vote (article "
        "L2131-11 du CGCT).",
    ),
    (
        withdrawal_sentence([PAUL, LUC], Basis.REPRESENTS),
        "MM. Paul Roy et Luc Mas, désignés pour représenter la commune dans l’organisme concerné, "
        "ne prennent part ni au débat ni au vote (article L1111-6 du CGCT).",
    ),
    (
        withdrawal_sentence([ANNE], Basis.ACCOUNTS),
        "Mme Anne Bel se retire au moment du vote des comptes.",
    ),
    (secretary_sentence([ANNE]), "Mme Anne Bel est nommée secrétaire de séance."),
    (
        secretary_sentence([ANNE, PAUL]),
        "Mme Anne Bel et M. Paul Roy sont nommés secrétaires de séance.",
    ),
    (
        accounts_chair_sentence(PAUL),
        "Le conseil élit M. Paul Roy pour présider l’examen du compte ; M. Paul Roy préside "
        "jusqu’à "
        "l’issue du vote.",
    ),
    (
        suspension_sentence(at(21, 30), at(21, 45)),
        "La séance est suspendue à 21 h 30 et reprise à 21 h 45.",
    ),
    (suspension_sentence(at(21, 30), None), "La séance est suspendue à 21 h 30."),
    (closing_sentence(at(22, 10)), "L’ordre du jour étant épuisé, la séance est levée à 22 h 10."),
    (
        no_quorum_sentence(at(20), 1, 10),
        "Le lundi 30 novembre 2026 à 20 h 00, le quorum n’est pas atteint : 1 membre présent "
        "pour 10 "
        "nécessaires. Le conseil sera convoqué une seconde fois, à trois jours francs au moins "
        "d’intervalle.",
    ),
]


@pytest.mark.parametrize(("said", "words"), EVENTS)
def test_what_the_minutes_tell(said, words):
    assert plain(said) == words
