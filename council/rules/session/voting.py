"""One vote of a sitting: may it be held, what was counted, what it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from council.rules.ballots import BallotFacts as Requests
from council.rules.ballots import check_ballot, secrecy_is_waived, takes_effect_at_once
from council.rules.chairing import check_accounts_vote
from council.rules.conduct import ClosedDoors, check_closed_doors, closed_doors_are_decided
from council.rules.finding import Finding, blocking, refuse
from council.rules.nominations import Election, Grounds, Round, check_rounds, election_of
from council.rules.policy import Body
from council.rules.session.facts import About, BallotFacts, Point
from council.rules.session.state import BallotResult
from council.rules.voters import PointSituation, proxies_in_effect, votes_of
from council.rules.votes import (
    Ballot,
    Choice,
    Counts,
    Outcome,
    Rule,
    casting_vote_in_secret,
    check_counts,
    check_names,
    check_roll,
    decide,
    tally,
    with_exceptions,
)

NAMES = "CGCT, art. L2121-21"
ACCOUNTS, MAYOR_ELECTION, NOMINATION = "accounts", "mayor_election", "nomination"


class Refused(Exception):
    """What was entered cannot be."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def stop(found: Sequence[Finding]) -> None:
    """Raise the first finding that forbids going on."""
    for finding in blocking(found):
        raise Refused(finding)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the vote is held. ``before``: the former votes of the same point."""

    body: Body
    situation: PointSituation
    chair: str
    mayor: str = ""
    point: Point | None = None
    before: tuple[BallotResult, ...] = ()
    secrecy_waived: bool = False


def settle(ballot: BallotFacts, scene: Scene) -> dict[str, object]:
    """The fields of a ``BallotResult`` that the vote decides. Raises ``Refused``."""
    if ballot.about is About.CLOSED_DOORS:
        return _closed_doors(ballot, scene)
    matter = scene.point.matter if scene.point else ""
    imposed = matter == MAYOR_ELECTION and ballot.about in (About.NOMINATION, About.ITEM)
    if ballot.about is About.SECRECY_WAIVER:
        counts, choices = _count(ballot, scene)
        if imposed or matter == MAYOR_ELECTION:
            raise Refused(refuse("R-VOT-04", "La loi impose ici le scrutin secret.", NAMES))
        waived = secrecy_is_waived(counts)
        return _told(scene, counts, choices, waived)
    names_somebody = ballot.about is About.NOMINATION or matter in (NOMINATION, MAYOR_ELECTION)
    if ballot.at_once:
        return _at_once(ballot, scene, imposed=imposed)
    stop(
        check_ballot(
            Requests(
                present=len(scene.situation.present),
                asking_public=ballot.asking_public,
                asking_secret=ballot.asking_secret,
                nomination=names_somebody and ballot.about in (About.NOMINATION, About.ITEM),
                secrecy_waived=scene.secrecy_waived,
                secrecy_imposed=imposed,
                body=scene.body,
            ),
            ballot.mode,
        )
    )
    if ballot.choices or ballot.about is About.NOMINATION:
        return _election(ballot, scene)
    counts, choices = _count(ballot, scene)
    rule = Rule.ACCOUNTS if matter == ACCOUNTS and ballot.about is About.ITEM else Rule.MAJORITY
    if rule is Rule.ACCOUNTS:
        voting = frozenset(votes_of(scene.situation))
        stop(
            check_accounts_vote(
                mayor=scene.mayor,
                voting=voting,
                givers=voting & frozenset(scene.situation.proxies) & {scene.mayor},
                chair=scene.chair,
            )
        )
    outcome = decide(
        counts,
        ballot=ballot.mode,
        rule=rule,
        chair=_chair_choice(ballot, scene, counts, choices),
        casting_in_secret=casting_vote_in_secret(scene.body),
    )
    return _told(scene, counts, choices, outcome.adopted, outcome=outcome)


def _told(
    scene: Scene,
    counts: Counts,
    choices: Mapping[str, Choice],
    carried: bool | None,
    *,
    outcome: Outcome | None = None,
    election: Election | None = None,
    rounds: tuple[Round, ...] = (),
) -> dict[str, object]:
    return {
        "voters": votes_of(scene.situation),
        "counts": counts,
        "choices": choices,
        "carried": carried,
        "outcome": outcome,
        "election": election,
        "rounds": rounds,
    }


def _count(ballot: BallotFacts, scene: Scene) -> tuple[Counts, dict[str, Choice]]:
    """The count, and the voices by name that are kept."""
    voters = votes_of(scene.situation)
    named = dict(ballot.voices)
    stop(check_roll(named, voters, withdrawn=scene.situation.withdrawn, ballot=ballot.mode))
    if ballot.mode is Ballot.PUBLIC:
        # Whoever withdrew may be noted as not voting; they have no voice to count.
        told = with_exceptions(voters, named)
        return tally(told[person] for person in voters), named
    if ballot.mode is Ballot.SECRET:
        counts = Counts(
            in_favour=ballot.in_favour or 0,
            against=ballot.against or 0,
            abstentions=ballot.abstentions or 0,
            blank=ballot.blank,
            void=ballot.void,
        )
        stop(check_counts(counts, voices=len(voters), ballot=Ballot.SECRET, every_voice_told=False))
        absent = len(voters) - counts.accounted_for
        return (
            Counts(
                in_favour=counts.in_favour,
                against=counts.against,
                abstentions=counts.abstentions,
                not_voting=absent,
                blank=counts.blank,
                void=counts.void,
            ),
            {},
        )
    exceptions = tally(choice for person, choice in named.items() if person in voters)
    against = exceptions.against if ballot.against is None else ballot.against
    abstentions = exceptions.abstentions if ballot.abstentions is None else ballot.abstentions
    not_voting = exceptions.not_voting if ballot.not_voting is None else ballot.not_voting
    rest = len(voters) - against - abstentions - not_voting
    counts = Counts(
        in_favour=max(rest, 0), against=against, abstentions=abstentions, not_voting=not_voting
    )
    stop(check_counts(counts, voices=len(voters), ballot=Ballot.ORDINARY))
    stop(check_names(counts, exceptions.against, exceptions.abstentions))
    return counts, named


def _chair_choice(
    ballot: BallotFacts, scene: Scene, counts: Counts, choices: Mapping[str, Choice]
) -> Choice | None:
    """How the chair voted. A tie counted without names asks for it."""
    if ballot.chair_choice is not None:
        return ballot.chair_choice
    if scene.chair in choices:
        return choices[scene.chair]
    if ballot.mode is Ballot.SECRET or scene.chair not in votes_of(scene.situation):
        return None
    unnamed = counts.against + counts.abstentions + counts.not_voting > len(choices)
    if not unnamed:
        return Choice.FOR
    if counts.cast and counts.in_favour == counts.against:
        raise Refused(
            refuse(
                "R-VOT-01",
                "Il y a partage des voix : dites comment la présidence a voté, sa voix l’emporte.",
                "CGCT, art. L2121-20",
            )
        )
    return None


def _closed_doors(ballot: BallotFacts, scene: Scene) -> dict[str, object]:
    counts, choices = _count(ballot, scene)
    facts = ClosedDoors(
        body=scene.body,
        asking=ballot.asking_doors,
        by_the_chair=ballot.asked_by_chair,
        present=len(scene.situation.present & scene.situation.in_office),
        represented=len(proxies_in_effect(scene.situation)),
        counts=counts,
        ballot=ballot.mode,
    )
    stop(check_closed_doors(facts))
    carried = closed_doors_are_decided(facts)
    return _told(scene, counts, choices, carried)


def _at_once(ballot: BallotFacts, scene: Scene, *, imposed: bool) -> dict[str, object]:
    names = tuple(ballot.choices)
    if not takes_effect_at_once(candidates=len(names), seats=len(names), secrecy_imposed=imposed):
        raise Refused(
            refuse(
                "R-VOT-04",
                "La loi impose ici le scrutin secret."
                if imposed
                else "Écrivez qui est candidat : une candidature par siège.",
                NAMES,
            )
        )
    elected = Election(names[0], 1, None)
    return _told(scene, Counts(), {}, None, election=elected)


def _election(ballot: BallotFacts, scene: Scene) -> dict[str, object]:
    """One round of a nomination, after the former rounds of the same question."""
    if not ballot.choices:
        raise Refused(refuse("R-VOT-04", "Écrivez au moins un nom et ses voix.", NAMES))
    same = [
        b
        for b in scene.before
        if b.facts.about is ballot.about and b.facts.question == ballot.question
    ]
    if any(b.facts.at_once or (b.election and b.election.is_over) for b in same):
        raise Refused(refuse("R-VOT-04", "Cette élection est déjà acquise.", NAMES))
    rounds = [
        *(r for b in same for r in b.rounds[-1:]),
        Round(votes=dict(ballot.choices), blank=ballot.blank, void=ballot.void),
    ]
    if ballot.round != len(rounds):
        told = "premier tour" if len(rounds) == 1 else f"tour n° {len(rounds)}"
        raise Refused(refuse("R-VOT-04", f"C’est le {told} qui est attendu.", NAMES))
    voters = votes_of(scene.situation)
    stop(check_rounds(rounds, voices=len(voters)))
    try:
        election = election_of(rounds, eldest_first=_eldest_first(ballot))
    except ValueError:
        raise Refused(
            refuse(
                "R-VOT-04",
                "Au troisième tour, l’égalité se tranche au bénéfice de l’âge : dites qui est la "
                "personne la plus âgée.",
                NAMES,
            )
        ) from None
    last = rounds[-1]
    counts = Counts(not_voting=max(len(voters) - last.ballots, 0), blank=last.blank, void=last.void)
    return _told(scene, counts, {}, None, election=election, rounds=tuple(rounds))


def _eldest_first(ballot: BallotFacts) -> tuple[str, ...]:
    if ballot.eldest not in ballot.choices:
        return ()
    return (ballot.eldest, *(name for name in ballot.choices if name != ballot.eldest))


__all__ = ["Grounds", "Refused", "Scene", "settle", "stop"]
