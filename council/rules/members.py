"""The rights of every member, the opposition included (R-AGE-03, R-AGE-04, R-AGE-08).

CGCT, art. L2121-13, L2121-12, L2121-19; CRPA, art. L311-2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from council.rules.calendar import add_months
from council.rules.finding import Finding, inform, refuse, warn
from council.rules.policy import MEDIUM, Body
from council.rules.wording import moment_in_words

INFORMATION, QUESTIONS = "CGCT, art. L2121-13", "CGCT, art. L2121-19"
PREPARATORY = "CRPA, art. L311-2"


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """« Demander une pièce »: asked, then given or refused, each with its date.

    ``about_the_agenda``: the matter is to be deliberated; ``decided``: it already was.
    """

    asked_on: date
    about_the_agenda: bool = True
    given_on: date | None = None
    refused_on: date | None = None
    refusal_reason: str = ""
    decided: bool = False


#: Days left to read what was asked for. The house's rule: the law gives none.
READING_DAYS = 2


def paper_answer_due(asked_on: date, meets_on: date) -> date:
    """The last day to answer so that the piece can still be read before the meeting; the very day
    when it was asked for later than that."""
    return max(asked_on, meets_on - timedelta(days=READING_DAYS))


def check_paper_request(
    request: PaperRequest, *, today: date, meets_on: date | None
) -> list[Finding]:
    """R-AGE-03: refusing what bears on the agenda vitiates the deliberation; an answer has a date,
    and comes in time to be read."""
    if request.refused_on is not None:
        return _check_refusal(request)
    if request.given_on is not None:
        late = meets_on is not None and request.given_on >= meets_on
        if late and request.about_the_agenda:
            return [
                warn(
                    "R-AGE-03",
                    "Pièce donnée le jour de la séance ou après : laissez le temps de la lire, ou "
                    "reportez le point.",
                    INFORMATION,
                )
            ]
        return []
    if meets_on is None or not request.about_the_agenda:
        return []
    if (meets_on - today).days > READING_DAYS:
        return []
    return [
        warn(
            "R-AGE-03",
            "Une pièce demandée sur un point de l’ordre du jour attend sa réponse : sans elle, la "
            "délibération est fragile.",
            INFORMATION,
        )
    ]


def _check_refusal(request: PaperRequest) -> list[Finding]:
    found = []
    if not request.refusal_reason.strip():
        found.append(refuse("R-AGE-03", "Un refus se motive par écrit.", INFORMATION))
    if request.about_the_agenda and not request.decided:
        found.append(
            warn(
                "R-AGE-03",
                "Refuser une pièce utile à un point de l’ordre du jour peut faire annuler la "
                "délibération.",
                INFORMATION,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class QuestionRules:
    """What the body decided about oral questions; ``None`` for « nothing decided ».

    ``hours_before``: how long before the meeting a question is handed in; ``per_member`` and
    ``in_writing`` as its rules say.
    """

    hours_before: int | None = None
    per_member: int | None = None
    in_writing: bool = True


def question_deadline(starts_at: datetime, rules: QuestionRules) -> datetime:
    """The last instant for a question. Without a rule, the opening."""
    return starts_at - timedelta(hours=rules.hours_before or 0)


def check_oral_question(
    *,
    asked_at: datetime,
    starts_at: datetime,
    rules: QuestionRules,
    already_asked: int = 0,
    by_a_member: bool = True,
) -> list[Finding]:
    """R-AGE-04: a right of every member, in the forms that the body gave it. Never put to a
    vote."""
    if not by_a_member:
        return [refuse("R-AGE-04", "Seuls les membres posent des questions orales.", QUESTIONS)]
    found = []
    deadline = question_deadline(starts_at, rules)
    if asked_at > deadline:
        found.append(
            warn(
                "R-AGE-04",
                f"Question reçue après {moment_in_words(deadline.astimezone(starts_at.tzinfo))} "
                ": le "
                "règlement intérieur permet de la renvoyer à la séance suivante.",
                "règlement intérieur",
            )
        )
    if rules.per_member is not None and already_asked >= rules.per_member:
        found.append(
            warn(
                "R-AGE-04",
                "Ce membre a déjà posé toutes les questions que le règlement intérieur permet à "
                "une séance.",
                "règlement intérieur",
            )
        )
    return found


def questions_are_ruled_by(body: Body, population: int) -> str:
    """Where the frequency and the forms of oral questions are fixed."""
    large = population >= MEDIUM or body in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE)
    return "règlement intérieur" if large else "délibération du conseil"


def general_debate_needs(members: int) -> int:
    """A tenth of the members asks for a debate on general policy."""
    return max(1, -(-members // 10))


def check_general_debate(
    *, asking: int, members: int, last_debate_on: date | None, today: date
) -> list[Finding]:
    """At the next meeting, at most once a year."""
    needed = general_debate_needs(members)
    if asking < needed:
        return [
            refuse(
                "R-AGE-04",
                f"Il faut {needed} membres (un dixième) pour demander ce débat.",
                QUESTIONS,
            )
        ]
    if last_debate_on is not None and today < add_months(last_debate_on, 12):
        return [
            refuse(
                "R-AGE-04", "Un débat de politique générale a déjà eu lieu cette année.", QUESTIONS
            )
        ]
    return [inform("R-AGE-04", "Le débat se tient à la prochaine séance.", QUESTIONS)]


class Paper(Enum):
    """What somebody outside asks for."""

    DRAFT = "draft"
    INTERNAL_NOTE = "internal_note"
    SUMMARY_NOTE = "summary_note"
    CONVOCATION = "convocation"
    DELIBERATION = "deliberation"
    MINUTES = "minutes"
    ANNEX = "annex"
    PERSONAL_FILE = "personal_file"


def is_communicable(paper: Paper, *, decided: bool, approved: bool = True) -> bool:
    """R-AGE-08: preparatory papers are not for the public while the decision is pending; after the
    vote the summary note is, redacted. Minutes are once approved. Members have rights of their own.
    """
    if paper is Paper.PERSONAL_FILE:
        return False
    if paper is Paper.CONVOCATION:
        return True
    return approved if paper is Paper.MINUTES else decided


def check_public_request(
    paper: Paper, *, asked_on: date, today: date, decided: bool, approved: bool = True
) -> list[Finding]:
    """The public's request: one month to answer, names occulted."""
    if not is_communicable(paper, decided=decided, approved=approved):
        return [
            inform(
                "R-AGE-08",
                "Document préparatoire ou protégé : il ne se communique pas au public"
                + (" tant que la décision n’est pas prise." if not decided else "."),
                PREPARATORY,
            )
        ]
    if today > add_months(asked_on, 1):
        return [
            warn(
                "R-AGE-08",
                "Plus d’un mois sans réponse : la personne peut saisir la Cada.",
                PREPARATORY,
            )
        ]
    return []
