"""The law in French, as a town hall writes it: delays, people, presences, results."""

from council.rules.wording.deadlines import (
    clear_days_in_words,
    day_in_words,
    days_in_words,
    deadline_sentence,
    deadline_words,
    moment_in_words,
    parcel_in_words,
    plural,
    remaining_sentence,
)
from council.rules.wording.people import Gender, Named, agreed, listed

__all__ = [
    "Gender",
    "Named",
    "agreed",
    "clear_days_in_words",
    "day_in_words",
    "days_in_words",
    "deadline_sentence",
    "deadline_words",
    "listed",
    "moment_in_words",
    "parcel_in_words",
    "plural",
    "remaining_sentence",
]
