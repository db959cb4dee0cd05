from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "Formation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Fills the registry of help links that the screens of documents show.
        autodiscover_modules("help_links")
