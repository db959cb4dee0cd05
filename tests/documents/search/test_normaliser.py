"""The reading of municipal French: what must meet, and first what must not."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.search import lexicon, normaliser
from documents.search.normaliser import clean, lemma, lexemes, tokens, vectors


def asked(text: str) -> list[str]:
    """What a query made of this text asks for."""
    return [reading.norm[0] for reading in lexemes(text)]


def held(text: str) -> set[str]:
    """What the index holds of this text."""
    return {lexeme for reading in lexemes(text) for lexeme in reading.norm}


def answers(query: str, text: str) -> bool:
    there = held(text)
    return all(there.intersection(r.norm[: r.asked]) for r in lexemes(query))


APART = [
    ("maire", "la mairie"),
    ("mairie", "Madame le maire"),
    ("marché", "une marche du perron"),
    ("marche", "le marché de Noël"),
    ("marche", "les marchés publics"),
    ("conseil", "un conseiller municipal"),
    ("conseiller", "le conseil municipal"),
    ("conseillers", "les conseils municipaux"),
    ("port", "la porte"),
    ("vent", "la vente"),
    ("vente", "le vent"),
    ("arrêt", "l'arrêté du maire"),
    ("arrêté", "l'arrêt de bus"),
    ("point", "la pointe"),
    ("cours", "la cour d'honneur"),
    ("médecine", "le médecin"),
    ("parti", "la partie"),
    ("droit", "à droite"),
    ("berger", "les berges"),
    ("président", "la présidence"),
    ("commune", "le service communal"),
    ("fonds", "le fond du dossier"),
    ("2024-017", "2024-018"),
    ("2024-017", "2023-017"),
    ("n° 12", "n° 112"),
    ("n° 12", "12 agents"),
    ("L2121-10", "L2121-11"),
    ("L2121-10", "R2121-10"),
    ("12 mars 2026", "13 mars 2026"),
    ("12 mars 2026", "12 mars 2025"),
    ("12/03/2026", "03/12/2026"),
    ("article 12", "article 2"),
    ("12 500", "12 600 €"),
    ("PLU", "la pluie"),
    ("pêche", "le péché"),
    ("pêche", "pécher"),
    ("mûr", "le mur"),
    ("retraite", "un retraité"),
    ("côte", "à côté"),
    ("Saint-Aubin", "Saint-Étienne et Aubin"),
]

TOGETHER = [
    ("élu", "les élus"),
    ("élus", "une élue"),
    ("élue", "l’élu"),
    ("élues", "L'ÉLU"),
    ("travaux", "un travail"),
    ("travail", "des travaux"),
    ("conseiller", "les conseillers"),
    ("conseillère", "un conseiller"),
    ("public", "la voie publique"),
    ("publiques", "un public"),
    ("budget", "le débat d'orientation budgétaire"),
    ("budgétaires", "les budgets"),
    ("maire", "les maires"),
    ("mairie", "les mairies"),
    ("marché", "les marchés"),
    ("marchés publics", "MARCHE PUBLIC DE TRAVAUX"),
    ("marche public", "le marché public"),
    ("électricité", "ELECTRICITE"),
    ("electricite", "l’électricité"),
    ("délibération", "les deliberations"),
    ("école", "à l'école"),
    ("l’ecole", "les écoles"),
    ("œuvre", "maîtrise d'oeuvre"),
    ("oeuvres", "MAÎTRISE D'ŒUVRE"),
    ("aujourd’hui", "dès aujourd'hui"),
    ("prud'hommes", "le conseil de prud’homme"),
    ("municipaux", "une élection municipale"),
    ("municipal", "les affaires municipales"),
    ("directeur", "la directrice générale"),
    ("directrices", "le directeur"),
    ("président", "la présidente"),
    ("adjointe", "les adjoints"),
    ("approuver", "le conseil approuve"),
    ("approuvée", "ils approuvent"),
    ("autorisant", "autorise le maire"),
    ("délibéré", "après en avoir délibéré"),
    ("inscrite", "s'inscrire"),
    ("subvention", "les subventions"),
    ("procès-verbal", "les procès-verbaux"),
    ("procès verbal", "le procès-verbal"),
    ("eau", "les eaux usées"),
    ("jeux", "aire de jeu"),
    ("administratif", "une mesure administrative"),
    ("ancienne", "les anciens"),
    ("P.L.U.", "révision du PLU"),
    ("plu", "le P.L.U. communal"),
    ("C.C.A.S", "le CCAS"),
    ("dgfip", "la D.G.F.I.P."),
    ("2024-017", "DCM 2024-017"),
    ("2024-17", "délibération n° 2024-017"),
    ("2024/017", "DCM2024-017"),
    ("DCM 2024-017", "DCM-2024-017"),
    ("20170815_001", "Délibération 20170815-001"),
    ("15 août 2017", "Conseil municipal du 15 aôut 2017"),
    ("aout 2017", "le 15/08/2017"),
    ("2024", "2024-017"),
    ("n° 12", "N°12"),
    ("no 12", "numéro 012"),
    ("12", "lot n° 12"),
    ("L2121-10", "l'article L. 2121-10 du code"),
    ("L. 2121-10", "L2121-10"),
    ("2121-10", "L.2121-10"),
    ("article 3", "ART. 3"),
    ("12 mars 2026", "le 12/03/2026"),
    ("12/03/2026", "jeudi 12 mars 2026"),
    ("12/03/26", "12.03.2026"),
    ("2026-03-12", "12 MARS 2026"),
    ("1er février 2026", "01/02/2026"),
    ("mars 2026", "le 12/03/2026"),
    ("mars 2026", "au 03/2026"),
    ("12 mars", "le 12 mars 2026"),
    ("2026", "le 12/03/2026"),
    ("12 500", "12 500,00 €"),
    ("12500 €", "12\u202f500 euros"),
    ("1234,56", "1 234,56 €"),
    ("04 77 12 34 56", "0477123456"),
    ("Saint-Aubin", "St Aubin"),
    ("saint aubin", "SAINT-AUBIN-LE-PARVIS"),
    ("ste marie", "Sainte-Marie"),
    ("aubin", "Saint-Aubin"),
    ("vendre", "la parcelle a été vendue"),
    ("élire", "sont élus"),
    ("acquérir", "la commune acquiert"),
    ("remplaçante", "le remplaçant"),
    ("institutrice", "un instituteur"),
    ("peche", "la pêche"),
    ("pêche", "PECHE A LA LIGNE"),
    ("plan local d'urbanisme", "le PLU"),
    ("PLU", "le plan local d’urbanisme"),
    ("rgpd", "le règlement général sur la protection des données"),
    ("micro-crèche", "une microcrèche"),
    ("covoiturage", "aire de co-voiturage"),
    ("250 k€", "250 000 €"),
    ("2,5 millions", "2 500 000 €"),
    ("20240229", "le 29 février 2024"),
    ("fev 2021", "en février 2021"),
    ("12/2018", "décembre 2018"),
    ("premier", "1er trimestre"),
    ("trois", "3 fontaines"),
    ("article L 151-41", "(art. L. 151-41)"),
    ("dp 0422182400027", "DP 042 218 24 00027"),
    ("04.77.55.10.20", "04 77 55 10 20"),
    ("efficace", "e\ufb03cace"),
    ("delibe\u0301ration", "délibération"),
    ("délibération", "délibé\u00adration"),
]


@pytest.mark.parametrize(("query", "text"), APART)
def test_words_that_differ_stay_apart(query: str, text: str) -> None:
    assert not answers(query, text), (asked(query), held(text))


@pytest.mark.parametrize(("query", "text"), TOGETHER)
def test_forms_of_one_word_meet(query: str, text: str) -> None:
    assert answers(query, text), (asked(query), held(text))


_FRENCH = st.text(
    st.sampled_from("aàâbcçdeéèêëfgiîïlmnoôœprstuùvxyzAÉLMSRDN0123456789 '’-/.,°º€\n\u00a0()_"),
    max_size=80,
)


@given(_FRENCH)
@settings(max_examples=100, deadline=None)
def test_a_text_always_answers_itself(text: str) -> None:
    assert set(asked(text)) <= held(text)
    literal = vectors("", [clean(text)])
    for lexeme in asked(text):
        assert f"'{lexeme}':" in literal.norm


@given(_FRENCH)
@settings(max_examples=80, deadline=None)
def test_decomposed_accents_change_nothing(text: str) -> None:
    import unicodedata

    assert asked(unicodedata.normalize("NFD", text)) == asked(text)


@given(_FRENCH)
@settings(max_examples=100, deadline=None)
def test_the_fast_walk_and_the_plain_walk_agree(text: str) -> None:
    cleaned = clean(text)
    expected: dict[str, set[int]] = {}
    position = normaliser.TITLE_ROOM + 1
    for token in tokens(cleaned):
        for lexeme in token.reading.norm:
            expected.setdefault(lexeme, set()).add(position)
        position += len(token.reading.parts) or 1
    found = {
        lexeme: {int(place) for place in places.split(",")}
        for lexeme, places in re.findall(r"'([^']+)':([\d,]+)", vectors("", [clean(text)]).norm)
    }
    kept = {
        lexeme: set(sorted(places)[: normaliser.MAX_POSITIONS_NORM])
        for lexeme, places in expected.items()
    }
    assert found == kept


@given(_FRENCH)
@settings(max_examples=80, deadline=None)
def test_a_lexeme_needs_no_quoting(text: str) -> None:
    for reading in lexemes(text):
        for lexeme in (*reading.norm, *reading.exact):
            assert "'" not in lexeme
            assert "\\" not in lexeme
            assert " " not in lexeme


def test_a_quotation_runs_through_what_is_read_as_one() -> None:
    text = clean("Séance du 12 mars 2026 : le plan local d'urbanisme de Saint-Aubin, n° 2024-017.")
    exact = {
        lexeme: {int(place) for place in places.split(",")}
        for lexeme, places in re.findall(r"'([^']+)':([\d,]+)", vectors("", [text]).exact)
    }
    for position, word in enumerate(normaliser.plain_words(text), normaliser.TITLE_ROOM + 1):
        if word:
            assert position in exact[word], word


def test_every_form_of_the_lexicon_is_read_as_it_says() -> None:
    lines = lexicon.FILE.read_text("utf-8").splitlines()
    assert lines == sorted(lines, key=lambda line: line.encode())
    for line in lines[:: len(lines) // 500]:
        form, _, said = line.partition("\t")
        assert lexicon.FRENCH.find(form) == said
    assert lexicon.FRENCH.find("introuvablement") is None


def test_stop_words_are_neither_asked_nor_held() -> None:
    assert asked("de la à l'une et des") == []
    assert asked("le maire de la commune") == [lemma("maire"), lemma("commune")]


def test_too_many_numbers_are_left_out_before_words() -> None:
    numbers = " ".join(str(n) for n in range(1_000_000, 1_200_000))
    result = vectors("Registre", [numbers, "La délibération finale"])
    assert result.partial
    assert "'deliberation':" in result.norm
    assert "'registre':1A" in result.norm
    assert len(result.norm.encode()) < 2_000_000


def test_an_ordinary_text_is_whole() -> None:
    result = vectors("Budget 2026", ["Vu le code. " * 400])
    assert not result.partial
    assert result.words == 1200


def test_encoded_data_is_not_a_word() -> None:
    assert asked("x" * 5000) == []
