"""The result of a vote in one French sentence, for the screen, the minutes and the act.

Never a name in a secret ballot; opponents and abstainers are named when they are given (R-VOT-02).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.lib.text import join_french
from council.rules.nominations import Election, Grounds, Round
from council.rules.votes import Ballot, Outcome, Why
from council.rules.wording.deadlines import plural
from council.rules.wording.people import Gender, Named, agreed, listed, verb

THE_DELIBERATION = Named("la délibération", Gender.FEMININE)
THE_WISH = Named("le vœu", Gender.MASCULINE)
THE_MINUTES = Named("le procès-verbal", Gender.MASCULINE)
THE_URGENCY = Named("l’urgence", Gender.FEMININE)
THE_ACCOUNTS = Named("le compte financier unique", Gender.MASCULINE)
CLOSED_DOORS = Named("le huis clos", Gender.MASCULINE)

#: Which word says « adopted » of what is voted.
_WORDS = {
    THE_MINUTES: "approuvé",
    THE_URGENCY: "approuvé",
    THE_ACCOUNTS: "arrêté",
    CLOSED_DOORS: "décidé",
}


@dataclass(frozen=True, slots=True)
class Voices:
    """Who said what, when names are given. ``represented``: how many voices came by pouvoir."""

    opponents: Sequence[Named] = ()
    abstainers: Sequence[Named] = ()
    not_voting: Sequence[Named] = ()
    represented: int = 0


def result_sentence(
    outcome: Outcome,
    *,
    subject: Named = THE_DELIBERATION,
    voices: Voices | None = None,
    chair: Named | None = None,
) -> str:
    """« La délibération est adoptée à la majorité : 10 voix pour, 4 voix contre (Mme A…). »"""
    told = voices or Voices()
    head = subject.name[0].upper() + subject.name[1:]
    word = agreed(_WORDS.get(subject, "adopté"), [subject])
    verdict = f"est {word}" if outcome.adopted else f"n’est pas {word}"
    sentence = f"{head} {verdict}{_manner(outcome, chair)} : {_counted(outcome, told)}."
    if outcome.counts.not_voting:
        sentence += f" {_not_voting(outcome, told)}"
    return sentence


def _manner(outcome: Outcome, chair: Named | None) -> str:
    secret = " au scrutin secret" if outcome.ballot is Ballot.SECRET else ""
    public = " au scrutin public" if outcome.ballot is Ballot.PUBLIC else ""
    how = secret or public
    if outcome.why is Why.UNANIMITY:
        if not outcome.adopted:
            return f"{how}, à l’unanimité des suffrages exprimés"
        whole = outcome.counts.took_part == outcome.counts.cast
        return f"{how} à l’unanimité" + ("" if whole else " des suffrages exprimés")
    if outcome.why is Why.CASTING_VOTE:
        who = f" de {chair.titled}" if chair else ""
        quality = agreed("président", [chair]) if chair else "président"
        if chair:
            return (
                f"{how} par partage des voix, celle{who}, {quality} de séance, étant prépondérante"
            )
        return f"{how} par partage des voix, celle de la présidence étant prépondérante"
    if outcome.why is Why.ACCOUNTS:
        return f"{how}, aucune majorité ne s’étant dégagée contre son adoption"
    if outcome.why is Why.TIE:
        return f"{how}, les voix étant partagées"
    if outcome.why is Why.NO_VOTE_CAST:
        return f"{how}, aucun suffrage n’étant exprimé"
    return f"{how} à la majorité" if outcome.adopted else how


def _counted(outcome: Outcome, told: Voices) -> str:
    counts, secret = outcome.counts, outcome.ballot is Ballot.SECRET
    parts = [plural(counts.in_favour, "voix pour", "voix pour")]
    # Pouvoirs are among all the voices: said only where no one can wonder among which.
    if told.represented and not secret and counts.took_part == counts.in_favour:
        parts.append("dont " + plural(told.represented, "pouvoir", "pouvoirs"))
    if counts.against:
        parts.append(
            plural(counts.against, "voix contre", "voix contre")
            + _names(() if secret else told.opponents)
        )
    if counts.abstentions:
        parts.append(
            plural(counts.abstentions, "abstention", "abstentions")
            + _names(() if secret else told.abstainers)
        )
    if counts.blank:
        parts.append(plural(counts.blank, "bulletin blanc", "bulletins blancs"))
    if counts.void:
        parts.append(plural(counts.void, "bulletin nul", "bulletins nuls"))
    return ", ".join(parts)


def _names(people: Sequence[Named]) -> str:
    return f" ({listed(people)})" if people else ""


def _not_voting(outcome: Outcome, told: Voices) -> str:
    if told.not_voting:
        return not_voting_sentence(told.not_voting)
    count = outcome.counts.not_voting
    takes = "ne prend pas part au vote" if count == 1 else "ne prennent pas part au vote"
    return f"{plural(count, 'membre', 'membres')} {takes}."


def not_voting_sentence(people: Sequence[Named]) -> str:
    """Mmes A et B ne prennent pas part au vote."""
    return f"{listed(people)} {verb('ne prend', 'ne prennent', people)} pas part au vote."


def roll_call_sentence(
    in_favour: Sequence[Named], against: Sequence[Named], abstainers: Sequence[Named]
) -> str:
    """R-VOT-03: the register states each name and the direction of its vote."""
    told = [
        f"{label} : {listed(people)}" if people else ""
        for label, people in (
            ("ont voté pour", in_favour),
            ("ont voté contre", against),
            ("se sont abstenus", abstainers),
        )
    ]
    named = [
        _alone(part, people)
        for part, people in zip(told, (in_favour, against, abstainers), strict=True)
        if part
    ]
    return "Au scrutin public, " + " ; ".join(named) + "." if named else ""


def _alone(part: str, people: Sequence[Named]) -> str:
    if part.startswith("se sont abstenus"):
        one = "s’est" if len(people) == 1 else "se sont"
        return f"{one} {agreed('abstenu', people)}{part.removeprefix('se sont abstenus')}"
    return part.replace("ont voté", "a voté", 1) if len(people) == 1 else part


def election_sentence(
    election: Election, rounds: Sequence[Round], *, elected: Named, to: str = ""
) -> str:
    """« Mme A est élue au premier tour par 9 voix, majorité absolue : 9. »"""
    if not election.is_over:
        done = len(rounds)
        if done >= 3:
            return "Personne n’est élu : aucun suffrage n’a été exprimé."
        return (
            f"Personne n’obtient la majorité absolue au {_ROUND[done]} : un autre tour est "
            "nécessaire."
        )
    last = rounds[election.round - 1]
    votes = last.votes[election.elected]
    by = f"{elected.titled} est {agreed('élu', [elected])}{f' {to}' if to else ''}"
    head = f"{by} au {_ROUND[election.round]} par {plural(votes, 'voix', 'voix')}"
    if election.grounds is Grounds.ABSOLUTE:
        return f"{head} (suffrages exprimés : {last.cast}, majorité absolue : {last.majority})."
    if election.grounds is Grounds.RELATIVE:
        return f"{head}, à la majorité relative (suffrages exprimés : {last.cast})."
    age = "plus âgée" if elected.gender is Gender.FEMININE else "plus âgé"
    if elected.gender is Gender.UNKNOWN:
        return f"{head}, au bénéfice de l’âge."
    the = "la" if elected.gender is Gender.FEMININE else "le"
    return f"{head}, à égalité de voix, étant {the} {age}."


_ROUND = {0: "premier tour", 1: "premier tour", 2: "deuxième tour", 3: "troisième tour"}


def named_at_once_sentence(people: Sequence[Named], to: str) -> str:
    """As many candidates as seats: the nominations take effect at once."""
    verb_is = verb("est", "sont", people)
    return (
        f"Une seule candidature ayant été déposée par siège, {listed(people)} {verb_is} "
        f"{agreed('désigné', people)} {to} ; il en est donné lecture."
    )


def minutes_of_attendance(
    present: Sequence[Named],
    represented: Sequence[tuple[Named, Named]],
    absent: Sequence[Named],
    excused: Sequence[Named] = (),
) -> list[str]:
    """The paragraphs of the attendance, each agreed with its people (R-DOC-02)."""
    lines = []
    if present:
        lines.append(f"{agreed('Présent', present)} ({len(present)}) : {listed(present)}.")
    if represented:
        givers = [giver for giver, _ in represented]
        pairs = join_french(
            [f"{giver.titled} (pouvoir à {holder.titled})" for giver, holder in represented]
        )
        lines.append(f"{agreed('Représenté', givers)} ({len(givers)}) : {pairs}.")
    if excused:
        lines.append(f"{agreed('Excusé', excused)} ({len(excused)}) : {listed(excused)}.")
    if absent:
        lines.append(f"{agreed('Absent', absent)} ({len(absent)}) : {listed(absent)}.")
    return lines
