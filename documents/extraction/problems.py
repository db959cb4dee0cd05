"""Every reason that an agent may read when a text could not be taken from a file, whole or part."""

from __future__ import annotations

from collections.abc import Mapping

from documents.extraction.results import Problem

_SENTENCES = {
    "empty": "Ce fichier est vide.",
    "missing": "Ce fichier est introuvable sur le serveur.",
    "too_big": "Ce fichier est trop gros pour être lu : il reste téléchargeable.",
    "password": "Ce PDF est protégé par un mot de passe.",
    "office_password": "Ce document est protégé par un mot de passe.",
    "damaged": "Ce fichier est abîmé ou n’est pas du type annoncé : son texte n’a pas pu être lu.",
    "truncated": "Ce fichier est tronqué : il manque la fin.",
    "damaged_pages": "Pages abîmées, non lues : {count}.",
    "too_many_pages": "Plus de {cap} pages : les {cap} premières sont indexées.",
    "too_many_ocr_pages": "Plus de {cap} pages numérisées : les {cap} premières sont lues.",
    "too_much_text": "Texte trop long : le début est indexé.",
    "bomb": "Ce fichier compressé est anormal : déplié, il occuperait une place démesurée.",
    "image_too_big": "Cette image est trop grande ({width} × {height} points) pour être lue.",
    "page_too_slow": "Pages trop longues à reconnaître, laissées de côté : {count}.",
    "unrecognised": "Aucun texte n’a été reconnu sur cette image.",
    "too_slow": "La lecture de ce fichier prend trop de temps : elle a été arrêtée.",
    "out_of_memory": "La lecture de ce fichier demande trop de mémoire : elle a été arrêtée.",
    "crashed": "La lecture de ce fichier a échoué.",
    "unavailable": "La lecture des fichiers est momentanément indisponible.",
    "no_such_piece": "Cette pièce n’est pas dans ce message.",
    "no_text_kind": "Ce type de fichier est gardé tel quel, sans texte à indexer.",
}
CODES = frozenset(_SENTENCES)


def problem(code: str, details: Mapping[str, object] | None = None) -> Problem:
    """The problem `code` with its sentence; an unknown code, or bad details, say only "échec".

    Codes and details come from the helper, which may have been taken over by the file it read.
    """
    numbers = {
        key: _grouped(value)
        for key, value in (details or {}).items()
        if isinstance(value, int) and not isinstance(value, bool)
    }
    try:
        return Problem(code, _SENTENCES[code].format(**numbers))
    except (KeyError, IndexError):
        return Problem("crashed", _SENTENCES["crashed"])


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
