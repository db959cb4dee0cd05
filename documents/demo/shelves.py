"""The shelves of the demonstration: who files there, what is closed, how things are called."""

from __future__ import annotations

from documents.enums import Keeping

# Top folder -> (the team that files there, who deposits, open to every agent).
SHELVES = {
    "Conseil municipal": ("", "Nadia Morel"),
    "Finances": ("Finances", "Karim Haddad"),
    "Urbanisme": ("Urbanisme", "Julien Petit"),
    "Voirie et bâtiments": ("Service technique", "Patrick Lefèvre"),
    "École et cantine": ("Affaires scolaires", "Élodie Marchand"),
    "Vie associative": ("Communication", "Thomas Guérin"),
    "Courrier": ("État civil", "Claire Fontaine"),
    "Marchés publics": ("Finances", "Karim Haddad"),
    "État civil": ("État civil", "Claire Fontaine"),
    "Ressources humaines": ("Ressources humaines", "Sandrine Roux"),
    "Aides sociales": ("État civil", "Claire Fontaine"),
}
UNSORTED = "À classer"  # waits in the bin
KEPT = {"Conseil municipal": Keeping.ARCHIVES, "État civil": Keeping.ARCHIVES}
# The first words of a name -> the type of the document.
TYPES = {"Convocation": "Convocation", "Facture": "Facture", "Budget": "Budget"}
CONFIDENTIAL = ("État civil", "Ressources humaines", "Aides sociales")
