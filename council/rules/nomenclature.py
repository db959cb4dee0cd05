"""The matters of acts, levels 1 and 2 (R-ACT-01). Level 3 is local to each prefecture: data.

Codes are strings: 7.10 is not 7.1, and comes after 7.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DOMAINS: dict[int, str] = {
    1: "Commande publique",
    2: "Urbanisme",
    3: "Domaine et patrimoine",
    4: "Fonction publique",
    5: "Institutions et vie politique",
    6: "Libertés publiques et pouvoirs de police",
    7: "Finances locales",
    8: "Domaines de compétences par thèmes",
    9: "Autres domaines de compétences",
}

_LABELS: dict[int, tuple[str, ...]] = {
    1: (
        "Marchés publics",
        "Délégation de service public",
        "Conventions de mandat",
        "Autres types de contrats",
        "Transactions / protocole d’accord transactionnel",
        "Actes relatifs à la maîtrise d’œuvre",
        "Actes spéciaux et divers",
    ),
    2: (
        "Documents d’urbanisme",
        "Actes relatifs au droit d’occupation ou d’utilisation des sols",
        "Droit de préemption urbain",
    ),
    3: (
        "Acquisitions",
        "Aliénations",
        "Locations",
        "Limites territoriales",
        "Autres actes de gestion du domaine public",
        "Autres actes de gestion du domaine privé",
    ),
    4: (
        "Personnel titulaires et stagiaires de la FPT",
        "Personnel contractuel",
        "Fonction publique hospitalière",
        "Autres catégories de personnels",
        "Régime indemnitaire",
    ),
    5: (
        "Élection exécutif",
        "Fonctionnement des assemblées",
        "Désignation de représentants",
        "Délégation de fonctions",
        "Délégation de signature",
        "Exercice des mandats locaux",
        "Intercommunalité",
        "Décision d’ester en justice",
    ),
    6: (
        "Police municipale",
        "Pouvoir du président du conseil général",
        "Pouvoir du président du conseil régional",
        "Autres actes réglementaires",
        "Actes pris au nom de l’État et soumis au contrôle hiérarchique",
    ),
    7: (
        "Décisions budgétaires",
        "Fiscalité",
        "Emprunts",
        "Interventions économiques",
        "Subventions",
        "Contributions budgétaires",
        "Avances",
        "Fonds de concours",
        "Prise de participation (SEM, etc.)",
        "Divers",
    ),
    8: (
        "Enseignement",
        "Aide sociale",
        "Voirie",
        "Aménagement du territoire",
        "Politique de la ville-habitat-logement",
        "Emploi-formation professionnelle",
        "Transports",
        "Environnement",
        "Culture",
    ),
    9: (
        "Autres domaines de compétences des communes",
        "Autres domaines de compétences des départements",
        "Autres domaines de compétences des régions",
        "Vœux et motions",
    ),
}

#: Every code of level 2 and its label, in the natural order.
MATTERS: dict[str, str] = {
    f"{domain}.{n}": label
    for domain, labels in _LABELS.items()
    for n, label in enumerate(labels, start=1)
}

_CODE = re.compile(r"^\d{1,2}(\.\d{1,2}){0,4}$")


def levels(code: str) -> tuple[int, ...]:
    """« 7.10 » is 7, then 10 (T-ACT-05). Raises ValueError on anything else than numbers."""
    if not _CODE.match(code):
        raise ValueError(f"not a matter: {code!r}")
    return tuple(int(part) for part in code.split("."))


def level_two(code: str) -> str:
    """The two first levels of a code, or empty when the second is missing (T-ACT-06)."""
    parts = code.split(".")
    return ".".join(parts[:2]) if len(parts) > 1 else ""


def in_order(codes: Iterable[str]) -> list[str]:
    """7.2 comes before 7.10."""
    return sorted(codes, key=levels)


def open_data_name(code: str) -> str:
    """The name of a matter in open data: « domaine/sous-domaine », lower case, accents kept, no
    comma, no parenthesis, no other slash. Raises KeyError for an unknown matter."""
    two = level_two(code)
    label = re.sub(r"\s*\([^)]*\)", "", MATTERS[two]).replace(" / ", "-")
    return f"{DOMAINS[levels(two)[0]]}/{label}".lower().replace("’", "'").replace(",", "")
