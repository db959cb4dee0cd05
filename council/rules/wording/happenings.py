"""What happened in the room, one sentence each, as the minutes tell it in its place (R-DOC-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from council.rules.quorum import Quorum
from council.rules.session.facts import Kind
from council.rules.session.state import Happening
from council.rules.wording.hours import told_hour
from council.rules.wording.people import Named, agreed, of


def happening_sentence(told: Happening, name: Callable[[str], Named], at: datetime) -> str:
    """« M. B quitte la séance à 21 h 05 ; le pouvoir de Mme A n’est plus exercé. » Empty when
    there is nothing to say. ``at``: the local hour."""
    speak = _SPEAKERS.get(told.kind)
    words = speak(told, name, told_hour(at)) if speak else ""
    return " ".join(part for part in (words, _quorum(told.quorum)) if part)


def _arrival(told: Happening, name: Callable[[str], Named], at: str) -> str:
    head = f"{name(told.person).titled} arrive à {at}"
    if any(titular == told.person for _, titular in told.unseated):
        head += " et reprend son siège"
    for alternate, titular in told.seated:
        if alternate == told.person:
            head += f" et siège à la place {of(name(titular))}"
    return _closed([head, *_proxies(told, name)])


def _departure(told: Happening, name: Callable[[str], Named], at: str) -> str:
    parts = [f"{name(told.person).titled} quitte la séance à {at}"]
    parts += [
        f"{name(alternate).titled} siège à sa place"
        for alternate, titular in told.seated
        if titular == told.person
    ]
    return _closed([*parts, *_proxies(told, name)])


def _substitute(told: Happening, name: Callable[[str], Named], at: str) -> str:
    titular = name(told.holder)
    head = (
        f"{name(told.person).titled} siège à la place {of(titular)}, {agreed('absent', [titular])},"
        f" à compter de {at}"
    )
    return _closed([head, *_proxies(told, name)])


def _proxies(told: Happening, name: Callable[[str], Named]) -> list[str]:
    """What it changes to the pouvoirs."""
    parts = []
    for giver, holder in told.stopped:
        if giver == told.person:
            parts.append(f"le pouvoir donné à {name(holder).titled} prend fin")
        else:
            parts.append(f"le pouvoir {of(name(giver))} n’est plus exercé")
    parts += [
        f"{name(holder).titled} exerce le pouvoir {of(name(giver))}" for giver, holder in told.begun
    ]
    return parts


def _given(told: Happening, name: Callable[[str], Named], at: str) -> str:
    return f"{name(told.person).titled} donne pouvoir à {name(told.holder).titled} à {at}."


def _ended(told: Happening, name: Callable[[str], Named], at: str) -> str:
    holder = next((h for giver, h in told.stopped if giver == told.person), "")
    whose = f"au pouvoir donné à {name(holder).titled}" if holder else "au pouvoir donné"
    return f"{name(told.person).titled} met fin {whose} à {at}."


def _next_point(told: Happening, name: Callable[[str], Named], at: str) -> str:
    """A pouvoir handed over during a point counts from the next one (T-PRO-05)."""
    return " ".join(
        f"Le pouvoir donné par {name(giver).titled} à {name(holder).titled} prend effet."
        for giver, holder in told.begun
    )


def _chair(told: Happening, name: Callable[[str], Named], at: str) -> str:
    former = told.former_chair
    instead = f", à la place {of(name(former))}" if former and former != told.person else ""
    what = "préside l’examen de ce point" if told.for_the_point else "prend la présidence"
    return f"{name(told.person).titled} {what} à {at}{instead}."


def _doors(told: Happening, name: Callable[[str], Named], at: str) -> str:
    return f"Le huis clos prend fin à {at} : la séance est de nouveau publique."


def _quorum(counted: Quorum | None) -> str:
    if counted is None:
        return ""
    if counted.reached:
        counts = counted.sentence.split("\u00a0: ", 1)[1]
        return f"Le quorum est de nouveau atteint : {counts}"
    return counted.sentence.replace("n’est pas atteint", "n’est plus atteint", 1)


def _closed(parts: list[str]) -> str:
    return " ; ".join(parts) + "."


_SPEAKERS = {
    Kind.ARRIVAL: _arrival,
    Kind.DEPARTURE: _departure,
    Kind.SUBSTITUTE: _substitute,
    Kind.PROXY: _given,
    Kind.PROXY_ENDED: _ended,
    Kind.CALLED: _next_point,
    Kind.CHAIR: _chair,
    Kind.DOORS_OPENED: _doors,
}
