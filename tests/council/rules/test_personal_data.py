"""Personal data proposed before a text goes public."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.rules.personal_data import (
    KIND_WORDS,
    Kind,
    KnownPerson,
    Span,
    mask,
    names_in,
    proposals,
    same_everywhere,
    titled_names_in,
    without_title,
)

PEOPLE = [
    KnownPerson("Élodie", "Durand"),
    KnownPerson("Jean-Pierre", "Le Goff"),
    KnownPerson("Anne", "Bel", public=True),
]


def found(text, people=PEOPLE):
    return [(span.kind, span.text) for span in proposals(text, people)]


TEXTS = [
    (
        "R-PUB-05 several people behind one title",
        "MM. Paul Roy et Luc Mas, Mmes A. Petit et Zoé Roc sont présents",
        [
            (Kind.NAME, "Paul Roy"),
            (Kind.NAME, "Luc Mas"),
            (Kind.NAME, "A. Petit"),
            (Kind.NAME, "Zoé Roc"),
        ],
    ),
    ("R-PUB-05 one of several is public", "Mmes Bel et Petit", [(Kind.NAME, "Petit")]),
    (
        "R-PUB-05 a name that is also a function",
        "M. Maire et Mme Mairesse",
        [(Kind.NAME, "M. Maire"), (Kind.NAME, "Mme Mairesse")],
    ),
    ("R-PUB-05 a function is nobody", "M. Le Maire et Madame La Préfète signent", []),
    (
        "R-PUB-05 a number far from its street",
        "au n° 14 de l’avenue Jean Jaurès, acquéreurs",
        [(Kind.ADDRESS, "14 de l’avenue Jean Jaurès")],
    ),
    (
        "R-PUB-05 a mail",
        "écrire à jean.dupont+x@orange.fr.",
        [(Kind.EMAIL, "jean.dupont+x@orange.fr")],
    ),
    ("R-PUB-05 a phone", "tél. 06 12 34 56 78", [(Kind.PHONE, "06 12 34 56 78")]),
    ("R-PUB-05 a phone with dots", "au 04.76.00.11.22.", [(Kind.PHONE, "04.76.00.11.22")]),
    ("R-PUB-05 a phone from abroad", "+33 6 12 34 56 78", [(Kind.PHONE, "+33 6 12 34 56 78")]),
    (
        "R-PUB-05 an address",
        "domiciliée 12 bis, rue des Lilas, 38000 Grenoble, demande",
        [(Kind.ADDRESS, "12 bis, rue des Lilas, 38000 Grenoble")],
    ),
    (
        "R-PUB-05 an address in a sentence",
        "au 3 avenue du Général-de-Gaulle et le conseil décide",
        [(Kind.ADDRESS, "3 avenue du Général-de-Gaulle")],
    ),
    (
        "R-PUB-05 a place",
        "au lieu-dit Les Combes, section B",
        [(Kind.ADDRESS, "lieu-dit Les Combes")],
    ),
    ("R-PUB-05 a birth", "né le 12 mars 1960 à Lyon", [(Kind.BIRTH, "né le 12 mars 1960")]),
    ("R-PUB-05 a birth in figures", "née le 1/2/1987,", [(Kind.BIRTH, "née le 1/2/1987")]),
    (
        "R-PUB-05 a social number",
        "n° 2 87 05 38 185 001 42.",
        [(Kind.SOCIAL_NUMBER, "2 87 05 38 185 001 42")],
    ),
    (
        "R-PUB-05 a bank account",
        "IBAN FR76 3000 6000 0112 3456 7890 189 ouvert",
        [(Kind.BANK, "FR76 3000 6000 0112 3456 7890 189")],
    ),
    ("R-PUB-05 both names", "Elodie DURAND accepte", [(Kind.NAME, "Elodie DURAND")]),
    ("R-PUB-05 the other order", "DURAND Élodie accepte", [(Kind.NAME, "DURAND Élodie")]),
    ("R-PUB-05 behind a title", "à Mme Durand.", [(Kind.NAME, "Mme Durand")]),
    ("R-PUB-05 an initial", "par É. Durand", [(Kind.NAME, "É. Durand")]),
    ("R-PUB-05 two initials", "par J.-P. Le Goff", [(Kind.NAME, "J.-P. Le Goff")]),
    (
        "R-PUB-05 a name of several words",
        "M. Jean Pierre LE GOFF",
        [(Kind.NAME, "M. Jean Pierre LE GOFF")],
    ),
    ("R-PUB-05 a family name alone", "la ferme Durand", [(Kind.MAYBE_NAME, "Durand")]),
    (
        "R-PUB-05 a stranger",
        "Monsieur Karim Benali demande",
        [(Kind.NAME, "Monsieur Karim Benali")],
    ),
    ("R-PUB-05 an elected member stays", "Mme Anne Bel, maire, rapporte", []),
    (
        "R-PUB-05 the namesake of somebody elected",
        "vente à Mme Sophie Bel, en présence de Mme A. Bel",
        [(Kind.NAME, "Mme Sophie Bel")],
    ),
    ("R-PUB-05 a double name is another", "Mme Bel-Roux", [(Kind.NAME, "Mme Bel-Roux")]),
    ("R-PUB-05 a longer word is not the name", "les Durandière", []),
    ("R-PUB-05 nothing personal", "Le budget 2027 est voté à 12 voix pour et 3 contre.", []),
    ("R-PUB-05 an article is no phone", "articles L2121-11 et L2121-12 du 01/07/2022", []),
    ("R-PUB-05 a sum", "pour 1 234 567,89 euros", []),
]


@pytest.mark.parametrize(("text", "spans"), [pytest.param(*c[1:], id=c[0]) for c in TEXTS])
def test_what_is_proposed(text, spans):
    assert found(text) == spans


@pytest.mark.law("R-PUB-05")
def test_a_whole_paragraph_in_order_without_overlaps():
    text = (
        "Mme Élodie Durand, née le 12 mars 1960, demeurant 12 rue de la République à Valmorel, "
        "joignable au 06 12 34 56 78 ou durand@laposte.net."
    )
    spans = proposals(text, PEOPLE)
    assert [s.kind for s in spans] == [
        Kind.NAME,
        Kind.BIRTH,
        Kind.ADDRESS,
        Kind.PHONE,
        Kind.EMAIL,
    ]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    masked = mask(text, spans)
    for word in ("Durand", "1960", "République", "34 56", "laposte"):
        assert word not in masked
    assert masked.startswith("████████, ████████, demeurant ████████")


@pytest.mark.law("R-PUB-05")
def test_one_name_masked_is_masked_everywhere():
    text = "Mme Durand. La maison Durand. mme durand"
    first = proposals(text, PEOPLE)[0]
    assert [s.text for s in same_everywhere(text, first)] == ["mme durand"]


def test_public_people_are_left_alone():
    assert not names_in("Anne Bel et Mme Bel", PEOPLE)
    assert not titled_names_in("Mme Anne BEL", PEOPLE)
    assert titled_names_in("Mme Belin", PEOPLE)


def test_every_kind_has_its_words():
    assert set(KIND_WORDS) == set(Kind)


@given(st.text(alphabet="abÉé dM.0612@-'’38rue ", max_size=80))
@pytest.mark.law("R-PUB-05")
def test_whatever_the_text_spans_are_places_in_it(text):
    spans = proposals(text, [KnownPerson("é", "ab"), KnownPerson("", "d m")])
    for span in spans:
        assert text[span.start : span.end] == span.text
        assert span.text.strip()
    assert mask(text, []) == text


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=6),
)
def test_masking_keeps_the_rest(text, places):
    spans = [
        Span(start, min(start + size, len(text)), Kind.NAME, "")
        for start, size in places
        if start < len(text)
    ]
    covered = {n for span in spans for n in range(span.start, span.end)}
    rest = "".join(sign for n, sign in enumerate(text) if n not in covered)
    assert mask(text, spans, sign="\x00").replace("\x00" * 8, "") == rest.replace("\x00" * 8, "")


def test_a_long_text_takes_no_time():
    """A hostile paragraph must not hold a worker: the patterns are linear in practice."""
    import time

    text = "12 rue " + "de la " * 3000 + "M. " + "A-" * 5000 + " 06" * 3000
    begun = time.process_time()
    proposals(text, PEOPLE)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("words", "bare"),
    [
        ("Mme Paulette Durand", "Paulette Durand"),
        ("Maître Mas", "Mas"),
        ("MM. Mas", "Mas"),
        ("Mélanie Mas", "Mélanie Mas"),
    ],
)
def test_a_name_without_its_title(words, bare):
    assert without_title(words) == bare
