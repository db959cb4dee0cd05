"""Closed sets of things written."""

from django.db.models import IntegerChoices, TextChoices


class Role(IntegerChoices):
    """What a person may do with a folder or a document, in order. Managers change rights."""

    NONE = 0, "n’y a pas accès"
    READER = 10, "peut lire"
    COMMENTER = 20, "peut commenter"
    EDITOR = 30, "peut modifier"
    MANAGER = 40, "gère les droits"

    @property
    def codename(self) -> str:
        """The permission that stores this role in a grant row."""
        return f"role_{self.name.lower()}"


ROLE_PERMISSIONS = [(role.codename, role.label) for role in Role]


class IndexState(TextChoices):
    """How far the text of a version has been read."""

    WAITING = "waiting", "en attente de lecture"
    OCR = "ocr", "reconnaissance de texte en cours"
    INDEXED = "indexed", "indexé"
    PARTIAL = "partial", "indexé partiellement"
    NO_TEXT = "no_text", "sans texte"
    FAILED = "failed", "échec de lecture"


class ImportKind(TextChoices):
    """Where an import comes from. A drive stays apart, closed, until its files are used again."""

    ZIP = "zip", "archive ZIP"
    FOLDER = "folder", "dossier du serveur"
    DRIVE = "drive", "ancien réseau"


class ImportState(TextChoices):
    RUNNING = "running", "en cours"
    DONE = "done", "terminé"
    FAILED = "failed", "interrompu"


class ImportOutcome(TextChoices):
    """What became of one file of an import."""

    FILED = "filed", "déposé"
    SAME = "same", "déjà là"
    LEFT = "left", "laissé"
    REFUSED = "refused", "refusé"


class ArrivalSource(TextChoices):
    """How something reached the town hall."""

    MAIL = "mail", "courriel"
    SCANNER = "scanner", "scanner"
    PHOTO = "photo", "photo"
    DEPOSIT = "deposit", "dépôt"


class ArrivalState(TextChoices):
    """What became of one file that arrived. Held: its sender is not proved, nobody opens it yet."""

    ASSEMBLING = "assembling", "en préparation"
    HELD = "held", "retenu"
    TO_FILE = "to_file", "à classer"
    FILED = "filed", "classé"
    DISCARDED = "discarded", "écarté"


class MailDirection(TextChoices):
    """The two registers of a town hall's post."""

    INCOMING = "in", "arrivé"
    OUTGOING = "out", "départ"


class Keeping(TextChoices):
    """What becomes of what is thrown away (code du patrimoine, art. L212-2 and L212-3)."""

    ARCHIVES = "archives", "à garder : rien n’en est jamais effacé"
    WORKING = "working", "documents de travail : effacés après la corbeille"
    ON_VISA = "visa", "effacés après le visa des archives départementales"


class LinkKind(TextChoices):
    """What a link towards the outside is for."""

    SHARE = "share", "partage"
    DROP = "drop", "boîte de dépôt"


class Accepted(TextChoices):
    """Which files a deposit link takes, by what they are and not by what they are called."""

    ANY = "any", "tous les fichiers"
    PAPERS = "papers", "PDF, textes et tableaux"
    PDF_AND_PICTURES = "scans", "PDF et photos"


class CommentReaders(TextChoices):
    """Who sees the comments below a folder; nothing said here: as the folder above says."""

    AS_ABOVE = "", "Comme le dossier du dessus"
    READERS = "readers", "Toutes les personnes qui peuvent lire"
    COMMENTERS = "commenters", "Seulement les personnes qui peuvent commenter"


class OpinionState(TextChoices):
    """What became of a question."""

    ASKED = "asked", "attendu"
    GIVEN = "given", "donné"
    DECLINED = "declined", "décliné"
    CANCELLED = "cancelled", "annulé"
    OUT_OF_REACH = "lost", "sans accès"


class Advice(TextChoices):
    """An opinion, in the words of the trade."""

    FAVOURABLE = "favourable", "Favorable"
    RESERVED = "reserved", "Réservé"
    UNFAVOURABLE = "unfavourable", "Défavorable"
    NO_OBJECT = "no_object", "Sans objet"


class DeadlineKind(TextChoices):
    """What a dated document holds the town hall to."""

    CONTRACT = "contract", "contrat"
    INSURANCE = "insurance", "assurance"
    SAFETY = "safety", "commission de sécurité"
    SUBSIDY = "subsidy", "subvention"
    OTHER = "other", "autre"
