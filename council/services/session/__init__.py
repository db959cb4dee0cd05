"""The session, entered live or afterwards, one fact at a time. See ``council.rules.session``."""

from council.services.session.reading import Sitting, sitting_of
from council.services.session.recording import Impossible, Pen, SessionShut
from council.services.session.results import results_of

__all__ = ["Impossible", "Pen", "SessionShut", "Sitting", "results_of", "sitting_of"]
