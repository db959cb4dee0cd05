"""A change after the convocation left, judged at one instant (R-CONV-10, R-CONV-06, R-CONV-05).

What kind of change it is and what the law says of it are in ``council.rules.changes``; here both
become a verdict: may it leave now, by when, and what is left to do when it may not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from council.rules.changes import (
    CHANGE_WORDS,
    Change,
    Sent,
    check_changes,
    kind_of,
    latest_moment_for,
)
from council.rules.finding import Finding, Severity, refuse
from council.rules.notice import Notice, check_sending, earliest_meeting_day, is_on_time
from council.rules.policy import BodyPolicy
from council.rules.wording import day_in_words, moment_in_words

#: What `check_change` says is said here by the verdict itself.
_OWN_WORDS = "R-CONV-10"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``change``: the heaviest of what changes. ``sentence``: the delay in words. ``latest``: the
    last second for it to leave, None when no delay applies. ``in_urgency``: it leaves on the
    shortened delay. ``ways``: what is left to do when something blocks."""

    change: Change
    sentence: str
    findings: tuple[Finding, ...]
    latest: datetime | None
    in_urgency: bool = False
    ways: tuple[str, ...] = ()

    @property
    def blocked(self) -> bool:
        """Nothing leaves while this holds."""
        return any(finding.is_blocking for finding in self.findings)


def judge(
    before: Sent,
    after: Sent,
    *,
    now: datetime,
    notice: Notice,
    urgent: Notice | None,
    policy: BodyPolicy,
    minor_reason: str = "",
    urgency_reason: str = "",
) -> Verdict:
    """What the law says of sending this change at that instant."""
    declared = bool(urgency_reason.strip())
    change = kind_of(before, after, minor_reason=minor_reason)
    zone = ZoneInfo(policy.timezone)
    starts_at = after.setting.starts_at
    if change is Change.NOTHING:
        nothing = refuse("R-CONV-10", "Rien ne change : il n’y a rien à envoyer.")
        return Verdict(change, "Rien n’a encore changé.", (nothing,), None)
    in_time = is_on_time(now, starts_at, notice, policy.timezone)
    in_urgency = (
        declared
        and urgent is not None
        and not in_time
        and change in (Change.COMPLEMENTARY, Change.NEW_CONVOCATION)
    )
    owed = urgent if in_urgency and urgent is not None else notice
    findings: list[Finding]
    if change is Change.NEW_CONVOCATION:
        findings = check_sending(
            sent_at=now, starts_at=starts_at, notice=owed, timezone=policy.timezone
        )
    else:
        findings = [
            one
            for one in check_changes(
                before,
                after,
                sending_at=now,
                notice=notice,
                urgent=urgent,
                policy=policy,
                minor_reason=minor_reason,
                declared_urgent=declared,
            )
            if one.code != _OWN_WORDS or one.subject or one.severity is Severity.INFO
        ]
        if now >= starts_at:
            findings.append(refuse("R-CONV-10", "La séance a commencé : rien ne se change plus."))
    latest = latest_moment_for(change, after, owed, policy.timezone)
    today = now.astimezone(zone).date()
    words = CHANGE_WORDS[change]
    sentence = f"{words[:1].upper()}{words[1:]}"
    if latest is None:
        sentence += " : aucun délai ne la retient, les membres en sont prévenus aussitôt."
    else:
        by = moment_in_words(latest.astimezone(zone), today)
        urgency = ", en urgence" if in_urgency else ""
        sentence += f"{urgency} : elle doit partir au plus tard {by} ({owed.in_words})."
    ways: list[str] = []
    if any(one.is_blocking for one in findings):
        first = day_in_words(earliest_meeting_day(today, notice), today)
        if change is Change.NEW_CONVOCATION:
            ways.append(
                f"Envoyée aujourd’hui, la séance peut se tenir à partir du {first}. Sinon, gardez "
                "l’heure et le lieu convoqués, ou annulez la séance."
            )
        else:
            ways.append(f"Gardez ces points pour une autre séance, possible à partir du {first}.")
        if (
            not declared
            and urgent is not None
            and is_on_time(now, starts_at, urgent, policy.timezone)
        ):
            ways.append("Dites pourquoi c’est urgent : le conseil se prononcera d’abord là-dessus.")
    return Verdict(change, sentence, tuple(findings), latest, in_urgency, tuple(ways))
