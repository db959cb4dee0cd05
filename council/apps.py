"""The council app."""

from importlib import import_module

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    name = "council"
    verbose_name = "Séances"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # What the council adds to the pages of documents; importing it declares it.
        import_module("council.offers")
