"""Votes: what a count decides, and which entries are impossible (R-VOT-01, -02, -07, -08).

CGCT, art. L2121-20 and L2121-21; accounts: art. L1612-12. Which ballot applies is in
``council.rules.ballots``, nominations in rounds in ``council.rules.nominations``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from council.rules.finding import Finding, refuse
from council.rules.policy import Body
from council.rules.wording import plural

CITATION = "CGCT, art. L2121-20"
NAMES = "CGCT, art. L2121-21"
INTEREST = "CGCT, art. L2131-11"


class Ballot(Enum):
    """How the vote is taken."""

    ORDINARY = "ordinary"
    PUBLIC = "public"
    SECRET = "secret"  # noqa: S105


class Rule(Enum):
    """What is needed to adopt."""

    MAJORITY = "majority"
    ACCOUNTS = "accounts"


class Choice(Enum):
    """What one voice says. ``NOT_VOTING`` (ne prend pas part au vote) is not an abstention."""

    FOR = "for"
    AGAINST = "against"
    ABSTAINS = "abstains"
    NOT_VOTING = "not_voting"


@dataclass(frozen=True, slots=True)
class Counts:
    """A count of voices, pouvoirs included. ``blank`` and ``void`` exist in a secret ballot."""

    in_favour: int = 0
    against: int = 0
    abstentions: int = 0
    not_voting: int = 0
    blank: int = 0
    void: int = 0

    @property
    def cast(self) -> int:
        """Suffrages exprimés: abstentions, blank and void ballots are not among them."""
        return self.in_favour + self.against

    @property
    def majority(self) -> int:
        """The absolute majority of the voices cast."""
        return self.cast // 2 + 1

    @property
    def took_part(self) -> int:
        """Those who voted, abstained, or put a ballot in the box (R-VOT-08)."""
        return self.cast + self.abstentions + self.blank + self.void

    @property
    def accounted_for(self) -> int:
        """Every voice that the count speaks of."""
        return self.took_part + self.not_voting


class Why(Enum):
    """What made the decision."""

    UNANIMITY = "unanimity"
    MAJORITY = "majority"
    CASTING_VOTE = "casting_vote"
    ACCOUNTS = "accounts"
    TIE = "tie"
    NO_VOTE_CAST = "no_vote_cast"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision and its reason."""

    adopted: bool
    why: Why
    counts: Counts
    ballot: Ballot


def casting_vote_in_secret(body: Body) -> bool:
    """A CCAS's text makes no exception for secret ballots (CASF, art. R123-18)."""
    return body is Body.CCAS_BOARD


def decide(
    counts: Counts,
    *,
    ballot: Ballot = Ballot.ORDINARY,
    rule: Rule = Rule.MAJORITY,
    chair: Choice | None = None,
    casting_in_secret: bool = False,
) -> Outcome:
    """Adopted: more for than against; on a tie, the chair's own vote, except in a secret ballot.

    ``chair`` is how the chair voted, None when unknown. A chair who abstained decides nothing
    (T-VOT-05), and no voice cast adopts nothing (T-VOT-07). Accounts are settled unless a majority
    speaks against them (R-VOT-07).
    """

    def outcome(adopted: bool, why: Why) -> Outcome:
        return Outcome(adopted, why, counts, ballot)

    if rule is Rule.ACCOUNTS and counts.against <= counts.in_favour:
        return outcome(True, Why.UNANIMITY if _unanimous(counts) else Why.ACCOUNTS)
    if counts.cast == 0:
        return outcome(False, Why.NO_VOTE_CAST)
    if counts.in_favour != counts.against:
        adopted = counts.in_favour > counts.against
        return outcome(adopted, Why.UNANIMITY if _unanimous(counts) else Why.MAJORITY)
    may_break = ballot is not Ballot.SECRET or casting_in_secret
    if may_break and chair in (Choice.FOR, Choice.AGAINST):
        return outcome(chair is Choice.FOR, Why.CASTING_VOTE)
    return outcome(False, Why.TIE)


def _unanimous(counts: Counts) -> bool:
    return counts.cast > 0 and 0 in (counts.in_favour, counts.against)


def tally(votes: Iterable[Choice]) -> Counts:
    """The count of named voices."""
    by = Counter(votes)
    return Counts(
        in_favour=by[Choice.FOR],
        against=by[Choice.AGAINST],
        abstentions=by[Choice.ABSTAINS],
        not_voting=by[Choice.NOT_VOTING],
    )


def with_exceptions(
    voices: Iterable[str], exceptions: Mapping[str, Choice], default: Choice = Choice.FOR
) -> dict[str, Choice]:
    """« Unanimité, sauf… »: everybody votes ``default``, but those named.

    An exception for somebody who has no voice is kept, so that ``check_roll`` can refuse it.
    """
    return {voice: exceptions.get(voice, default) for voice in voices} | dict(exceptions)


def check_counts(
    counts: Counts, *, voices: int, ballot: Ballot, every_voice_told: bool = True
) -> list[Finding]:
    """Impossible counts are refused, with the reason. ``voices``: how many there are on this point.

    ``every_voice_told`` is false while the count is still being typed.
    """
    values = (
        *(counts.in_favour, counts.against, counts.abstentions),
        *(counts.not_voting, counts.blank, counts.void),
    )
    if any(value < 0 for value in values):
        return [refuse("R-VOT-01", "Un nombre de voix ne peut pas être négatif.", CITATION)]
    if ballot is not Ballot.SECRET and (counts.blank or counts.void):
        return [
            refuse(
                "R-VOT-01",
                "Il n’y a de bulletins blancs ou nuls que dans un scrutin secret.",
                CITATION,
            )
        ]
    told = counts.accounted_for
    if told > voices:
        return [
            refuse(
                "R-VOT-01",
                f"Il y a {plural(told, 'voix', 'voix')} pour "
                f"{plural(voices, 'votant', 'votants')} : "
                "retirez-en, ou notez qui est arrivé.",
                CITATION,
            )
        ]
    if every_voice_told and told < voices:
        missing = voices - told
        what = "n’est pas comptée" if missing == 1 else "ne sont pas comptées"
        return [
            refuse(
                "R-VOT-01",
                f"{plural(missing, 'voix', 'voix')} {what} : pour, contre, abstention, ou ne prend "
                "pas part au vote ?",
                CITATION,
            )
        ]
    return []


def check_roll(
    votes: Mapping[str, Choice],
    voices: Mapping[str, str],
    *,
    withdrawn: Iterable[str] = (),
    ballot: Ballot = Ballot.PUBLIC,
) -> list[Finding]:
    """Impossible named votes. ``voices`` comes from ``voters.votes_of``: whose voice → who casts
    it.

    A secret ballot keeps totals only. Whoever withdrew has no voice, and may be noted as not
    voting. In a roll-call every voice says something.
    """
    out = frozenset(withdrawn)
    if ballot is Ballot.SECRET:
        secret = refuse("R-VOT-04", "Un scrutin secret ne garde que des totaux, aucun nom.", NAMES)
        return [secret] if votes else []
    found: list[Finding] = []
    for person, choice in votes.items():
        if person in voices or (person in out and choice is Choice.NOT_VOTING):
            continue
        found.append(
            refuse(
                "R-VOT-11",
                "Cette personne est intéressée à l’affaire : elle ne vote pas.",
                INTEREST,
                person,
            )
            if person in out
            else refuse(
                "R-VOT-01",
                "Cette personne n’a pas de voix sur ce point : elle n’est ni présente ni "
                "représentée.",
                CITATION,
                person,
            )
        )
    if ballot is Ballot.PUBLIC:
        found += [
            refuse("R-VOT-03", "Il manque le sens de ce vote.", NAMES, person)
            for person in voices
            if person not in votes
        ]
    return found


def check_names(counts: Counts, opponents: int, abstainers: int) -> list[Finding]:
    """R-VOT-02: when names are given in an ordinary ballot, they are as many as the count says."""
    found = []
    for named, counted, what in (
        (opponents, counts.against, "contre"),
        (abstainers, counts.abstentions, "abstention"),
    ):
        if named and named != counted:
            found.append(
                refuse(
                    "R-VOT-02",
                    f"Vous avez nommé {plural(named, 'personne', 'personnes')} pour "
                    f"{counted} « {what} ».",
                    NAMES,
                )
            )
    return found
