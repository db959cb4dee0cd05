"""The fields of an @ctes transmission."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib.sirene import luhn_is_right
from council.rules.actes import (
    MESSAGES,
    Draft,
    Envelope,
    File,
    Nature,
    check_draft,
    check_envelope,
    check_files,
    check_matter,
    check_number,
    check_object,
    check_receipt,
    clean_object,
    department_code,
    duplicate_ids,
    envelope_names,
    file_names,
    normal_number,
    suggested_number,
    unique_id,
)
from council.rules.nomenclature import DOMAINS, MATTERS, in_order, level_two, levels, open_data_name

ON = date(2026, 11, 30)

NUMBERS = [
    ("T-ACT-01", "2026-11-30/1", False, "2026_11_30_1"),
    ("T-ACT-02 sixteen signs", "DELIB20261130_01", False, "D20261130_01"),
    ("T-ACT-02 twelve signs", "D20261130_01", True, "D20261130_01"),
    ("T-ACT-03", "d20261130_001", True, "D20261130_001"),
    ("R-ACT-01 one sign", "1", False, ""),
    ("R-ACT-01 accents", "délib 12", False, "D_LIB_12"),
    ("R-ACT-01 fifteen signs", "D20261130_00001", True, "D20261130_00001"),
    ("R-ACT-01 much too long", "20261130_20261130_1", False, ""),
    ("R-ACT-01 empty", "", False, ""),
]


@pytest.mark.parametrize(
    ("raw", "right", "better"), [pytest.param(*c[1:], id=c[0]) for c in NUMBERS]
)
def test_the_number_of_an_act(raw, right, better):
    found = check_number(raw)
    assert (not found) is right
    assert suggested_number(raw) == better
    if found and better:
        assert f"« {better} »" in found[0].message


@pytest.mark.law("T-ACT-03")
def test_a_number_is_put_in_capitals():
    assert normal_number(" d20261130_001 ") == "D20261130_001"


@given(st.text(max_size=40))
@pytest.mark.law("R-ACT-01")
def test_a_number_suggested_is_always_lawful(raw):
    better = suggested_number(raw)
    assert not better or not check_number(better)


OBJECTS = [
    ("T-ACT-04 500 signs", "a" * 500, False),
    ("T-ACT-04 499 signs", "a" * 499, True),
    ("T-ACT-04 499 signs with a break", "a" * 250 + "\n" + "b" * 248, True),
    ("R-ACT-01 an empty object", " \n ", False),
]


@pytest.mark.parametrize(("text", "right"), [pytest.param(*c[1:], id=c[0]) for c in OBJECTS])
def test_the_object_of_an_act(text, right):
    assert (not check_object(text)) is right
    assert "\n" not in clean_object(text)


MATTER_CASES = [
    ("T-ACT-05", "7.10", (), True),
    ("T-ACT-06", "5", (), False),
    ("R-ACT-01 an unknown second level", "5.9", (), False),
    ("R-ACT-01 a third level of the prefecture", "7.5.1", ("7.5.1",), True),
    ("R-ACT-01 a third level of another one", "7.5.2", ("7.5.1",), False),
    ("R-ACT-01 words", "finances", (), False),
    ("R-ACT-01 nothing", "", (), False),
]


@pytest.mark.parametrize(
    ("code", "local", "right"), [pytest.param(*c[1:], id=c[0]) for c in MATTER_CASES]
)
def test_the_matter_of_an_act(code, local, right):
    assert (not check_matter(code, classification=local)) is right


@pytest.mark.law("T-ACT-05")
def test_levels_are_numbers_and_codes_are_words():
    assert levels("7.10") == (7, 10)
    assert in_order(["7.10", "7.2", "1.1"]) == ["1.1", "7.2", "7.10"]
    assert level_two("7.5.1") == "7.5"
    assert level_two("7") == ""


def test_the_nomenclature_is_whole():
    assert len(MATTERS) == 7 + 3 + 6 + 5 + 8 + 5 + 10 + 9 + 4
    assert len(DOMAINS) == 9
    for code in MATTERS:
        name = open_data_name(code)
        assert name.count("/") == 1
        assert not set(name) & set("(),")
        assert name == name.lower()
    assert open_data_name("8.4.2") == (
        "domaines de compétences par thèmes/aménagement du territoire"
    )


def identifier(on, number="D20261130_001", nature=Nature.DELIBERATION):
    return unique_id(
        department="38", siren="213801855", decided_on=on, number=number, nature=nature
    )


@pytest.mark.law("R-ACT-03")
def test_the_identifier_of_an_act():
    assert identifier(ON) == "038-213801855-20261130-D20261130_001-DE"
    assert identifier(ON, "a_1", Nature.OTHER).endswith("-A_1-AU")


@pytest.mark.law("T-ACT-07")
def test_two_acts_never_have_the_same_identifier():
    one = identifier(ON)
    assert [f.code for f in duplicate_ids([one, identifier(ON, "d20261130_001")])] == ["R-ACT-03"]
    assert not duplicate_ids([one, identifier(date(2026, 12, 1))])


@pytest.mark.law("T-ACT-08")
def test_the_year_of_an_identifier_is_the_civil_one():
    assert "-20251231-" in identifier(date(2025, 12, 31))
    assert "-20270101-" in identifier(date(2027, 1, 1))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
@pytest.mark.law("R-ACT-03", "R-ACT-04")
def test_every_date_is_written_as_itself(on):
    assert identifier(on).split("-")[2] == on.isoformat().replace("-", "")
    assert (
        on.isoformat().replace("-", "")
        in envelope_names(siren="213801855", sent_on=on, serial=1)[0]
    )


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param("1", "001", id="T-ACT-09 Ain"),
        pytest.param("2a", "02A", id="T-ACT-09 Corse-du-Sud"),
        pytest.param("974", "974", id="T-ACT-09 La Réunion"),
        pytest.param("02B", "02B", id="R-ACT-02 Haute-Corse"),
        pytest.param(" 38 ", "038", id="R-ACT-02 Isère"),
    ],
)
def test_departments_have_three_signs(raw, code):
    assert department_code(raw) == code


@pytest.mark.parametrize("raw", ["", "2C", "1234", "Isère"])
def test_what_is_no_department(raw):
    with pytest.raises(ValueError, match="department"):
        department_code(raw)


ACT, ANNEX = File("acte.pdf", "99_DE", 120_000_000), File("plan.PDF", "99_AU", 30_000_000)
FILES = [
    ("T-ACT-10", ACT, [replace(ANNEX, size=40_000_000)], 1),
    ("R-ACT-01 150 MB exactly", ACT, [ANNEX], 0),
    ("R-ACT-01 no act", None, [ANNEX], 1),
    ("R-ACT-01 a word processor's file", replace(ACT, name="acte.docx"), [], 1),
    ("R-ACT-01 an annex without type", ACT, [replace(ANNEX, typology="")], 1),
    ("R-ACT-01 a picture as annex", ACT, [replace(ANNEX, name="vue.jpg")], 0),
    ("R-ACT-01 a picture as act", replace(ACT, name="vue.jpg"), [], 1),
]


@pytest.mark.parametrize(
    ("act", "annexes", "count"), [pytest.param(*c[1:], id=c[0]) for c in FILES]
)
def test_the_files_of_a_transmission(act, annexes, count):
    assert len(check_files(act, annexes)) == count


@pytest.mark.law("R-ACT-01")
def test_types_come_with_the_classification():
    assert not check_files(ACT, [ANNEX], typologies=["99_DE", "99_AU"])
    assert len(check_files(ACT, [ANNEX], typologies=["99_DE"])) == 1


ENVELOPE = Envelope("213801855", "038", "1", "31", ("mairie@montreval.fr",))
ENVELOPES = [
    ("R-ACT-02 whole", {}, 0),
    ("R-ACT-02 a wrong key", {"siren": "213801856"}, 1),
    ("R-ACT-02 too short", {"siren": "21380185"}, 1),
    ("R-ACT-02 no return address", {"return_emails": ()}, 1),
    ("R-ACT-02 one wrong address of two", {"return_emails": ("a@b.fr", "mairie")}, 1),
    (
        "R-ACT-02 all is wrong",
        {"siren": "", "department": "", "arrondissement": "12", "nature": "", "return_emails": ()},
        5,
    ),
]


@pytest.mark.parametrize(("changes", "count"), [pytest.param(*c[1:], id=c[0]) for c in ENVELOPES])
def test_the_envelope(changes, count):
    assert len(check_envelope(replace(ENVELOPE, **changes))) == count


DRAFT = Draft("D2026_001", "Tarifs de la cantine", "7.10", Nature.DELIBERATION)


@pytest.mark.law("R-ACT-01")
def test_a_draft_is_checked_before_it_has_files():
    assert not check_draft(DRAFT)
    assert len(check_draft(DRAFT, ready_to_send=True)) == 3
    ready = replace(DRAFT, decided_on=ON, classification_on=ON, act=ACT, annexes=(ANNEX,))
    assert not check_draft(ready, ready_to_send=True)
    assert len(check_draft(Draft("", "", "", None))) == 4


@pytest.mark.law("R-ACT-04")
def test_the_names_of_the_files():
    names = file_names(
        department="38",
        siren="213801855",
        decided_on=ON,
        number="d1_1",
        nature=Nature.DELIBERATION,
        act=ACT,
        annexes=[ANNEX],
    )
    base = "038-213801855-20261130-D1_1-DE-1-1"
    assert names == [f"{base}_0.xml", f"99_DE-{base}_1.pdf", f"99_AU-{base}_2.pdf"]


@pytest.mark.law("R-ACT-04")
def test_the_names_of_the_envelope():
    assert envelope_names(siren="213801855", sent_on=ON, serial=2) == (
        "EACT--213801855--20261130-2.xml",
        "TRI-EACT--213801855--20261130-2.tar.gz",
    )


@pytest.mark.law("R-ACT-03")
def test_a_receipt_is_of_its_act_and_after_it():
    one = identifier(ON)
    assert not check_receipt(one, f" {one} ", decided_on=ON, received_on=ON)
    assert check_receipt(one, one.replace("DE", "AU"), decided_on=ON, received_on=ON)
    assert check_receipt(one, one, decided_on=ON, received_on=date(2026, 11, 29))


@pytest.mark.law("R-ACT-05")
def test_the_messages_of_the_exchange():
    assert [code for code in MESSAGES if code.startswith("1-")] == ["1-1", "1-2", "1-3"]


@pytest.mark.law("R-ACT-05")
def test_an_act_is_cancelled_in_two_messages():
    assert MESSAGES["6-1"] != MESSAGES["6-2"]


def test_natures_have_letters_and_labels():
    assert [n.letters for n in Nature] == ["DE", "AR", "AI", "CC", "BF", "AU"]
    assert all(n.label for n in Nature)


def test_the_key_of_a_number():
    assert luhn_is_right("21860194600013")
    assert not luhn_is_right("12345678901234")
