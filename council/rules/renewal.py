"""A general renewal: who stays until when, and the points of the installation in their order
(R-CONV-14).

CGCT, art. L1414-2, L2121-7, L2121-22, L2122-2, L2122-4, L2122-7, L2122-7-2, L2122-8, L2122-15,
L2122-18, L2122-22, L2123-20-1, L5211-7, L5211-8; CASF, art. L123-4, R123-7, R123-10; code
électoral, art. L227.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from council.rules.finding import Finding, refuse
from council.rules.mandates import (
    Chamber,
    Renewal,
    ends_at_renewal,
    max_deputies,
    max_vice_presidents,
)
from council.rules.policy import Body
from council.rules.wording import plural

#: Inhabitants from which a commune must have a CCAS (CASF, art. L123-4).
CCAS_OWED = 1500
DEPUTIES = "CGCT, art. L2122-2"
#: A board elects a vice-president, and may elect a second one (CASF, art. L123-6).
BOARD_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Tail:
    """How long one function of the outgoing lasts. ``last_day`` is None while nobody can know."""

    who: str
    until: str
    citation: str
    last_day: date | None


def tails(renewal: Renewal) -> tuple[Tail, ...]:
    """Each function has an end of its own; all of them, in the order in which they fall."""

    def last(chamber: Chamber) -> date | None:
        return ends_at_renewal(chamber, renewal)

    return (
        Tail(
            "Conseillers municipaux",
            "jusqu’au scrutin qui élit le conseil au complet",
            "code électoral, art. L227",
            last(Chamber.COUNCIL),
        ),
        Tail(
            "Maire et adjoints",
            "restent en fonction, pour les affaires courantes, jusqu’à l’élection de leurs "
            "successeurs",
            "CGCT, art. L2122-15",
            last(Chamber.EXECUTIVE),
        ),
        Tail(
            "Délégations du maire",
            "tombent avec la fonction de celui qui les a données ou reçues",
            "CGCT, art. L2122-18",
            last(Chamber.EXECUTIVE),
        ),
        Tail(
            "Commissions",
            "jusqu’à ce que le nouveau conseil forme les siennes",
            "CGCT, art. L2121-22",
            last(Chamber.COMMISSION),
        ),
        Tail(
            "Délégués des syndicats et de la communauté",
            "jusqu’à l’installation du nouvel organe où ils siègent",
            "CGCT, art. L5211-8",
            last(Chamber.COMMUNITY),
        ),
        Tail(
            "Conseil d’administration du CCAS",
            "jusqu’à l’élection des nouveaux membres, deux mois au plus",
            "CASF, art. R123-10",
            last(Chamber.CCAS),
        ),
    )


@dataclass(frozen=True, slots=True)
class PackPoint:
    """One point of the installation. ``matter`` and ``kind`` are values of ``council.enums``;
    ``classification`` is the @ctes matter."""

    code: str
    title: str
    summary: str
    citation: str
    classification: str
    matter: str = "ordinary"
    kind: str = "deliberation"


def installation_points(
    *, legal: int, has_ccas: bool, outside: Sequence[str] = ()
) -> tuple[PackPoint, ...]:
    """The points of the first meeting, in the order of the texts: nothing before the mayor.

    ``legal``: seats of the council. ``outside``: the bodies where the commune names delegates.
    """
    most = max_deputies(legal)
    told = [
        PackPoint(
            "mayor",
            "Élection du maire",
            "Sous la présidence du plus âgé des membres présents. Scrutin secret, majorité absolue "
            "aux deux premiers tours, relative au troisième.",
            "CGCT, art. L2122-4, L2122-7 et L2122-8",
            "5.1",
            "mayor_election",
        ),
        PackPoint(
            "deputies-number",
            "Détermination du nombre d’adjoints",
            f"Le conseil fixe leur nombre : un au moins, {most} au plus (30 % de l’effectif légal "
            f"de {plural(legal, 'membre', 'membres')}).",
            DEPUTIES,
            "5.1",
        ),
        PackPoint(
            "deputies",
            "Élection des adjoints",
            "Scrutin de liste à la majorité absolue, secret, sans panachage ni vote préférentiel, "
            "listes alternant une femme et un homme.",
            "CGCT, art. L2122-7-2",
            "5.1",
            "mayor_election",
        ),
        PackPoint(
            "charter",
            "Lecture de la charte de l’élu local",
            "Le maire lit la charte ; chacun en reçoit une copie, avec le chapitre du code sur les "
            "conditions d’exercice du mandat.",
            "CGCT, art. L2121-7",
            "5.6",
            kind="information",
        ),
        PackPoint(
            "delegations",
            "Délégations du conseil municipal au maire",
            "Le conseil choisit les matières qu’il délègue, et fixe les limites que le texte "
            "demande. Le maire rend compte à chaque séance de ce qu’il décide ainsi.",
            "CGCT, art. L2122-22 et L2122-23",
            "5.4",
        ),
        PackPoint(
            "indemnities",
            "Indemnités de fonction des élus",
            "Dans les trois mois de l’installation, avec un tableau de toutes les indemnités.",
            "CGCT, art. L2123-20-1",
            "5.6",
        ),
        PackPoint(
            "commissions",
            "Création et composition des commissions municipales",
            "Composées à la proportionnelle là où la loi le demande ; elles se réunissent dans les "
            "huit jours de leur nomination.",
            "CGCT, art. L2121-22",
            "5.2",
            "nomination",
        ),
        PackPoint(
            "tenders",
            "Élection de la commission d’appel d’offres",
            "À la représentation proportionnelle au plus fort reste, sur listes.",
            "CGCT, art. L1414-2 et D1411-3 à D1411-5",
            "5.3",
            "nomination",
        ),
    ]
    if has_ccas:
        told += [
            PackPoint(
                "ccas-number",
                "Nombre de membres du conseil d’administration du CCAS",
                "Autant de membres élus que de membres nommés, de quatre à huit de chaque.",
                "CASF, art. R123-7",
                "5.3",
            ),
            PackPoint(
                "ccas",
                "Élection des membres du conseil d’administration du CCAS",
                "Dans les deux mois de l’installation, au scrutin de liste à la proportionnelle.",
                "CASF, art. R123-8 et R123-10",
                "5.3",
                "nomination",
            ),
        ]
    told += [
        PackPoint(
            f"outside-{n}",
            f"Désignation des délégués : {name}",
            "Au scrutin secret, à la majorité absolue, sauf si un texte en dispose autrement.",
            "CGCT, art. L5211-7 et L2121-33",
            "5.3",
            "nomination",
        )
        for n, name in enumerate(outside, start=1)
    ]
    return tuple(told)


def ccas_is_owed(population: int) -> bool:
    """Whether the commune must have a CCAS; below, it may."""
    return population >= CCAS_OWED


@dataclass(frozen=True, slots=True)
class Offices:
    """Who heads a body beside its members, in words. ``most``: how many seconds the law allows."""

    head: str
    second: str
    among: str
    among_citation: str
    number: str
    number_citation: str
    most: int


def offices_of(body: Body, members: int) -> Offices:
    """The offices of a body of so many members."""
    if body is Body.MUNICIPAL_COUNCIL:
        most = max_deputies(members)
        return Offices(
            "Maire",
            "adjoint",
            "Le maire et les adjoints sont choisis parmi les membres du conseil.",
            "CGCT, art. L2122-1",
            f"Le conseil compte un adjoint au moins, {most} au plus.",
            DEPUTIES,
            most,
        )
    board = body is Body.CCAS_BOARD
    most = BOARD_SECONDS if board else max_vice_presidents(members)
    return Offices(
        "Président·e",
        "vice-président·e",
        "La présidence et la vice-présidence reviennent à des membres de l’instance.",
        "CASF, art. L123-6" if board else "CGCT, art. L5211-2",
        f"L’instance compte un vice-président au moins, {most} au plus.",
        "CASF, art. L123-6" if board else "CGCT, art. L5211-10",
        most,
    )


def check_executive(
    *,
    mayor: str,
    deputies: Sequence[str],
    councillors: Iterable[str],
    legal: int,
    body: Body = Body.MUNICIPAL_COUNCIL,
) -> list[Finding]:
    """Who was elected at the installation: members, one mayor or president, no more deputies or
    vice-presidents than the law allows, one at least."""
    seated = set(councillors)
    offices = offices_of(body, legal)
    found: list[Finding] = []
    if any(one not in seated for one in (mayor, *deputies)):
        found.append(
            refuse(
                "R-CONV-14",
                offices.among,
                offices.among_citation,
            )
        )
    if mayor in deputies or len(set(deputies)) != len(deputies):
        found.append(
            refuse(
                "R-CONV-14",
                "Une personne n’occupe qu’une de ces fonctions.",
                offices.number_citation,
            )
        )
    if not 1 <= len(deputies) <= offices.most:
        found.append(refuse("R-CONV-14", offices.number, offices.number_citation))
    return found
