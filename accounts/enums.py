"""Closed sets of people and organisations."""

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    COMMUNE = "commune", "commune"
    CCAS = "ccas", "CCAS"
    EPCI = "epci", "intercommunalité"
    SYNDICAT = "syndicat", "syndicat"


class Gender(TextChoices):
    """Only to agree a sentence: "élue", "Mme". Unknown is an answer too."""

    FEMININE = "f", "Madame"
    MASCULINE = "m", "Monsieur"
    UNKNOWN = "", "Non précisé"


class Capacity(TextChoices):
    """In what capacity a person belongs to an organisation."""

    AGENT = "agent", "agent"
    ELECTED = "elected", "élu"
    EXTERNAL = "external", "partenaire extérieur"


class InvitationState(TextChoices):
    OPEN = "open", "en attente"
    DECLINED = "declined", "déclinée"
    ACCEPTED = "accepted", "acceptée"
    WITHDRAWN = "withdrawn", "retirée"


class TeamKind(TextChoices):
    DGS = "dgs", "direction générale"
    SERVICE = "service", "service"
    COMMISSION = "commission", "commission"
    PROJECT = "project", "projet"
    FUNCTION = "function", "fonction"


class MailState(TextChoices):
    QUEUED = "queued", "à envoyer"
    SENDING = "sending", "en cours d’envoi"
    ACCEPTED = "accepted", "acceptée par le serveur"
    FAILED = "failed", "échec"
    UNCERTAIN = "uncertain", "incertaine"
    CANCELLED = "cancelled", "non envoyée"


class NoticeClass(TextChoices):
    """How pressing a message is (security and legal ones are never delayed nor muted)."""

    SECURITY = "S", "sécurité"
    LEGAL = "L", "légal"
    ACTION = "A", "à faire bientôt"
    DIRECT = "B", "direct"
    FOLLOWED = "C", "suivi"
    AMBIENT = "D", "fil"


class Rhythm(TextChoices):
    AT_ONCE = "now", "tout de suite"
    DAILY = "daily", "une fois par jour"
    WEEKLY = "weekly", "une fois par semaine"
    NEVER = "never", "jamais par courriel"
