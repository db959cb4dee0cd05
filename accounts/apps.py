from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes et organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Declarations of every app: what is recorded, told, dated, shown on the home page.
        autodiscover_modules("audit", "notifications", "calendar", "home", "people", "relays")
        autodiscover_modules("failures")  # last: it says what the others do
