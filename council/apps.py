"""The council app."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    name = "council"
    verbose_name = "Séances"
    default_auto_field = "django.db.models.BigAutoField"
