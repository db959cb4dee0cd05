"""People: a person is not an account, and an account is not a mailbox."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.enums import Gender
from config.lib.fields import public_id


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        """Sign-in identifiers ignore case."""
        return self.alias(key=Lower("identifier")).get(key=(username or "").lower())

    def create_user(
        self, identifier: str | None, password: str | None = None, **names: str
    ) -> Person:
        person = self.model(identifier=identifier or None, **names)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, identifier: str, password: str, **names: str) -> Person:
        """The host's own account: it administers the platform, it reads no content."""
        person = self.create_user(identifier, password, **names)
        person.is_staff = person.is_superuser = True
        person.save(update_fields=["is_staff", "is_superuser"])
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody, whether or not they ever sign in.

    `identifier` is what they sign in with, if they do. `email` is where they are written to:
    optional, and shared at times (a couple, `mairie@`). Rights come from current memberships
    only; `is_staff` and `is_superuser` belong to the host.
    """

    uid = public_id()
    identifier = models.CharField(
        "identifiant",
        max_length=150,
        null=True,
        blank=True,
        unique=True,
        help_text="Pour se connecter. Vide pour qui ne se connecte jamais.",
    )
    given_name = models.CharField("prénom", max_length=100)
    family_name = models.CharField("nom", max_length=100)
    gender = models.CharField("civilité", max_length=1, choices=Gender.choices, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    postal_address = models.TextField("adresse postale", blank=True)
    is_technical = models.BooleanField("compte technique", default=False)
    is_staff = models.BooleanField("hébergeur", default=False)
    is_active = models.BooleanField("actif", default=True)
    # Set when the person presses the button of the test message: their mail reaches them.
    email_confirmed_at = models.DateTimeField("courriel confirmé le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "identifier"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["given_name", "family_name"]

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        constraints = [
            models.UniqueConstraint(Lower("identifier"), name="accounts_person_identifier_once"),
            models.CheckConstraint(
                condition=Q(identifier__isnull=True) | ~Q(identifier=""),
                name="accounts_person_identifier_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(email_confirmed_at__isnull=True) | ~Q(email=""),
                name="accounts_person_confirmed_has_email",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Jeanne Martin."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def formal_name(self) -> str:
        """Mme Jeanne Martin, or the bare name when the civility is unknown."""
        title = {"f": "Mme ", "m": "M. "}.get(self.gender, "")
        return title + self.full_name

    @property
    def initials(self) -> str:
        """JM."""
        return (self.given_name[:1] + self.family_name[:1]).upper()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.given_name
