"""Closed sets of the machine room."""

from django.db.models import TextChoices


class JobState(TextChoices):
    WAITING = "waiting", "en attente"
    RUNNING = "running", "en cours"
    DONE = "done", "fait"
    FAILED = "failed", "en échec"


class Queue(TextChoices):
    DEFAULT = "default", "ordinaire"
    EXTRACT = "extract", "lecture des documents"
    OCR = "ocr", "reconnaissance de texte"
    MAIL = "mail", "courriels"
