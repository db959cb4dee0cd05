"""The points that every commune votes: models to begin with, « … » where each writes its own."""

from __future__ import annotations

from council.enums import BudgetImpact, ItemKind, Matter
from council.services.items import ItemContent

_CODE = "Vu le code général des collectivités territoriales ;"
_SIGNS = (
    "Le maire est autorisé à signer tout document nécessaire à l’exécution de la présente "
    "délibération."
)


def _text(*lines: str) -> str:
    return "\n".join(lines)


USUAL: tuple[tuple[str, ItemContent], ...] = (
    (
        "Subvention à une association",
        ItemContent(
            title="Subvention à l’association …",
            subject_code="7.5",
            budget_impact=BudgetImpact.PLANNED,
            summary="L’association … demande une subvention de … € pour …",
            proposed_text=_text(
                _CODE,
                "Vu la demande de l’association …, reçue le … ;",
                "Considérant l’intérêt local de son activité ;",
                "# Décide",
                "- d’accorder à l’association … une subvention de … € au titre de l’année … ;",
                "- de l’imputer au compte … du budget.",
            ),
        ),
    ),
    (
        "Demande de subvention (DETR, DSIL, département)",
        ItemContent(
            title="Demande de subvention pour …",
            subject_code="7.5",
            budget_impact=BudgetImpact.INCOME,
            summary="Le projet … coûte … € hors taxes. Une aide de … € peut être demandée à …",
            proposed_text=_text(
                _CODE,
                "Considérant que le projet … est estimé à … € hors taxes ;",
                "# Décide",
                "- d’adopter le projet et son plan de financement :",
                "| Financeur | Montant hors taxes | Part |",
                "| --- | --- | --- |",
                "| … | … € | … % |",
                "| Commune | … € | … % |",
                "- de demander une subvention de … € à … ;",
                "- d’autoriser le maire à signer les documents de cette demande.",
            ),
        ),
    ),
    (
        "Décision modificative",
        ItemContent(
            title="Décision modificative n° … du budget …",
            subject_code="7.1",
            budget_impact=BudgetImpact.NEW_EXPENSE,
            summary="Les crédits votés ne suffisent pas pour …",
            proposed_text=_text(
                _CODE,
                "Vu le budget primitif de l’exercice … ;",
                "# Décide",
                "d’adopter la décision modificative suivante :",
                "| Chapitre ou compte | Dépenses | Recettes |",
                "| --- | --- | --- |",
                "| … | … € | … € |",
            ),
        ),
    ),
    (
        "Création d’un emploi",
        ItemContent(
            title="Création d’un emploi de …",
            subject_code="4.1",
            budget_impact=BudgetImpact.PLANNED,
            summary="Le service … a besoin de …",
            proposed_text=_text(
                "Vu le code général de la fonction publique, notamment son article L. 313-1 ;",
                "# Décide",
                "- de créer, à compter du …, un emploi de … à temps …, du grade de … ;",
                "- de mettre à jour le tableau des effectifs ;",
                "- d’inscrire les crédits au budget, chapitre 012.",
            ),
        ),
    ),
    (
        "Convention",
        ItemContent(
            title="Convention avec … pour …",
            subject_code="1.4",
            budget_impact=BudgetImpact.NONE,
            summary="La convention jointe fixe …",
            proposed_text=_text(
                _CODE,
                "Vu le projet de convention joint ;",
                "# Décide",
                "- d’approuver la convention avec … ;",
                f"- {_SIGNS[0].lower()}{_SIGNS[1:]}",
            ),
        ),
    ),
    (
        "Vente d’un terrain",
        ItemContent(
            title="Vente de la parcelle … à …",
            subject_code="3.2",
            budget_impact=BudgetImpact.INCOME,
            summary="La parcelle …, de … m², n’est plus utile à la commune. … propose de l’acheter "
            "au prix de … €.",
            proposed_text=_text(
                "Vu le code général des collectivités territoriales, notamment son article "
                "L. 2241-1 ;",
                "Vu l’avis du service des domaines du … ;",
                "# Décide",
                "- de vendre la parcelle …, de … m², à … au prix de … € ;",
                "- d’autoriser le maire à signer l’acte de vente.",
            ),
        ),
    ),
    (
        "Désignation de délégués",
        ItemContent(
            title="Désignation des délégués de la commune à …",
            matter=Matter.NOMINATION,
            subject_code="5.3",
            budget_impact=BudgetImpact.NONE,
            summary="La commune est représentée à … par … titulaires et … suppléants.",
            proposed_text=_text(
                "Vu le code général des collectivités territoriales, notamment son article "
                "L. 2121-21 ;",
                "Vu les statuts de … ;",
                "# Désigne",
                "… délégués titulaires et … délégués suppléants.",
            ),
        ),
    ),
    (
        "Vœu",
        ItemContent(
            title="Vœu relatif à …",
            kind=ItemKind.WISH,
            subject_code="9.4",
            summary="",
            proposed_text=_text("Considérant … ;", "# Émet le vœu", "que …"),
        ),
    ),
)
