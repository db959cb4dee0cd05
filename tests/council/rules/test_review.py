"""What is marked « à revoir » in a text taken from a former year."""

import pytest

from council.rules.review import Kind, passages, same, still_there

NB, NNB = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("à compter du 1er janvier 2025, le", Kind.DATE, "1er janvier 2025"),
        (f"le 30{NB}novembre 2025", Kind.DATE, f"30{NB}novembre 2025"),
        ("réunie le 3 mars", Kind.DATE, "3 mars"),
        ("au mois de septembre 2025", Kind.DATE, "septembre 2025"),
        ("signé le 05/09/2025", Kind.DATE, "05/09/2025"),
        ("le repas à 3,20 €", Kind.AMOUNT, "3,20 €"),
        (f"un montant de 12{NNB}500,00{NB}€ TTC", Kind.AMOUNT, f"12{NNB}500,00{NB}€"),
        ("pour 1.250.000 euros", Kind.AMOUNT, "1.250.000 euros"),
        ("au taux de 38,5 %", Kind.AMOUNT, "38,5 %"),
        ("Mme Jeanne Martin rapporte", Kind.NAME, "Mme Jeanne Martin"),
        ("vu par M. de La Tour", Kind.NAME, "M. de La Tour"),
        ("Monsieur DUPONT-LEROY", Kind.NAME, "Monsieur DUPONT-LEROY"),
        ("confié à Me Anne de Brives", Kind.NAME, "Me Anne de Brives"),
        ("la délibération n° 2025-017", Kind.REFERENCE, "délibération n° 2025-017"),
        (
            "la loi n° 2015-991 du 7 août 2015 portant",
            Kind.REFERENCE,
            "loi n° 2015-991 du 7 août 2015",
        ),
        ("l’arrêté préfectoral n° 38-2024-12", Kind.REFERENCE, "arrêté préfectoral n° 38-2024-12"),
        ("ses articles L. 2121-29 et suivants", Kind.REFERENCE, "L. 2121-29"),
        ("article L.2224-12-4", Kind.REFERENCE, "L.2224-12-4"),
        ("le budget 2025 de", Kind.YEAR, "2025"),
        ("l’année scolaire 2025-2026", Kind.YEAR, "2025-2026"),
        ("Monsieur le maire propose", None, ""),
        ("article 3, 2 tables, 12 enfants", None, ""),
        ("le lot 2025B", None, ""),
    ],
)
def test_each_sort_of_passage(text, kind, words):
    found = [(one.kind, one.words) for one in passages(text)]
    assert found == ([(kind, words)] if kind else [])


def test_in_order_none_inside_another_and_the_same_words_once():
    text = "Le 3 mars 2025, 100 € ; puis 100 € le 3 mars 2025. Vu la délibération n° 2025-3."
    found = passages(text)
    assert [one.words for one in found] == ["3 mars 2025", "100 €", "délibération n° 2025-3"]
    assert all(text[one.start : one.end] == one.words for one in found)


def test_known_people_are_found_without_their_title():
    names = ["Jeanne Martin", "Li"]
    found = passages("Présenté par jeanne martin et Li.", known_names=names)
    assert [one.words for one in found] == ["jeanne martin"], "two letters would be found anywhere"


def test_a_passage_changed_is_no_longer_there():
    assert still_there(f"12{NNB}500 €", "pour 12 500 € TTC")
    assert not still_there("12 500 €", "pour 13 000 € TTC")
    assert same(f"A{NB} B") == "a b"
