"""Closed sets of learning."""

from django.db.models import TextChoices


class Audience(TextChoices):
    """For whom a module is written."""

    ELECTED = "elected", "élus"
    AGENT = "agent", "agents"
    ALL = "all", "tous"


class StepKind(TextChoices):
    TEXT = "text", "lecture"
    QUESTION = "question", "question"
    CHALLENGE = "challenge", "micro-défi"
