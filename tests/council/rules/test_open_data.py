"""Rows of the SCDL file of deliberations."""

import csv
import io
from datetime import date

import pytest

from council.rules.open_data import (
    COLUMNS,
    PublicAct,
    check_headers,
    check_row,
    csv_text,
    exportable,
    prefecture_id,
    row_of,
)
from council.rules.votes import Counts

SIRET = "21860194600013"
ACT = {
    "number": "D2026_001",
    "decided_on": date(2026, 11, 30),
    "matter": "7.5",
    "object": "Subventions aux\nassociations",
    "counts": Counts(10, 3, 2, 2),
    "in_office": 19,
}


def row(changes=None, **act):
    cells = row_of(PublicAct(**(ACT | act)), body_name="Montreval", siret=SIRET)
    return cells | (changes or {})


def columns(found):
    return [finding.subject for finding in found]


@pytest.mark.law("T-SCDL-01")
def test_a_right_row_under_seventeen_headers():
    assert len(COLUMNS) == 17
    assert not check_headers(COLUMNS)
    assert not check_row(row())
    assert list(row()) == list(COLUMNS)


NAME = "DELIB_MATIERE_NOM"
BAD = [
    ("T-SCDL-02", {"COLL_SIRET": "12345678901234"}, "COLL_SIRET"),
    ("T-SCDL-04", {NAME: "finances locales / subventions"}, NAME),
    ("T-SCDL-05", {NAME: "URBANISME"}, NAME),
    ("T-SCDL-06", {NAME: "environnement/eau"}, NAME),
    ("T-SCDL-07", {"VOTE_REEL": "17"}, "VOTE_REEL"),
    ("T-SCDL-08", {"PREF_DATE": "2026-11-29"}, "PREF_DATE"),
    ("T-SCDL-09", {"BUDGET_ANNEE": "2027"}, "BUDGET_ANNEE"),
    ("T-SCDL-10", {"BUDGET_ANNEE": "2027/2026", "BUDGET_NOM": "principal"}, "BUDGET_ANNEE"),
    ("own: a name alone", {"BUDGET_NOM": "principal"}, "BUDGET_ANNEE"),
    ("own: the name of another domain", {NAME: "urbanisme/divers"}, NAME),
    ("own: a code that does not exist", {"DELIB_MATIERE_CODE": "7.11"}, "DELIB_MATIERE_CODE"),
    ("own: a date in French", {"DELIB_DATE": "30/11/2026"}, "DELIB_DATE"),
    ("own: no such day", {"DELIB_DATE": "2026-11-31"}, "DELIB_DATE"),
    ("own: no object", {"DELIB_OBJET": ""}, "DELIB_OBJET"),
    ("own: spaces in the SIRET", {"COLL_SIRET": "218 601 946 00013"}, "COLL_SIRET"),
    ("own: an unknown prefecture", {"PREF_ID": "PREF38"}, "PREF_ID"),
    ("own: a relative address", {"DELIB_URL": "/acte"}, "DELIB_URL"),
    ("own: a negative count", {"VOTE_POUR": "-1"}, "VOTE_POUR"),
]


@pytest.mark.parametrize(("changes", "column"), [pytest.param(*c[1:], id=c[0]) for c in BAD])
def test_a_wrong_cell_is_named(changes, column):
    assert columns(check_row(row(changes))) == [column]


RIGHT = [
    ("T-SCDL-03 lower case", {NAME: "finances locales/subventions"}),
    ("T-SCDL-03 capitals", {NAME: "Finances Locales/subventions"}),
    ("T-SCDL-03 shouted", {NAME: "FINANCES LOCALES/x"}),
    ("T-SCDL-07 fifteen", {"VOTE_REEL": "15"}),
    ("T-SCDL-10 two years", {"BUDGET_ANNEE": "2026/2027", "BUDGET_NOM": "principal"}),
    ("own: received the same day", {"PREF_DATE": "2026-11-30"}),
    ("own: no vote at all", dict.fromkeys(COLUMNS[11:16], "")),
    ("own: Corsica", {"PREF_ID": "PREF02A"}),
    ("own: a sous-préfecture", {"PREF_ID": "SPREF0382"}),
]


@pytest.mark.parametrize("changes", [pytest.param(c[1], id=c[0]) for c in RIGHT])
def test_a_right_cell_is_silent(changes):
    assert not check_row(row(changes))


@pytest.mark.law("T-SCDL-07")
def test_whoever_does_not_vote_is_not_counted():
    assert row()["VOTE_REEL"] == "15"


@pytest.mark.law("T-SCDL-11")
def test_a_matter_is_quoted_text():
    text = csv_text([row(matter="7.10")])
    assert '"7.10"' in text
    assert next(csv.DictReader(io.StringIO(text)))["DELIB_MATIERE_CODE"] == "7.10"


@pytest.mark.law("T-SCDL-12")
def test_a_rejected_deliberation_stays_home():
    acts = [PublicAct(**ACT), PublicAct(**(ACT | {"adopted": False}))]
    assert exportable(acts) == acts[:1]
    assert exportable(acts, rejected_too=True) == acts


@pytest.mark.law("T-SCDL-13")
def test_closed_doors_wait_for_their_redaction():
    closed = PublicAct(**(ACT | {"closed_doors": True}))
    redacted = PublicAct(**(ACT | {"closed_doors": True, "redacted": True}))
    assert exportable([closed, redacted]) == [redacted]


def test_nominations_and_blank_ballots_leave_the_votes_empty():
    for counts in (None, Counts(8, 7, 0, 0, 2)):
        cells = row(counts=counts)
        assert {cells[name] for name in COLUMNS[11:16]} == {""}
        assert not check_row(cells)


def test_a_deep_matter_is_cut_at_two_levels():
    assert row(matter="7.5.1")["DELIB_MATIERE_CODE"] == "7.5"
    assert row()["DELIB_OBJET"] == "Subventions aux associations"


def test_other_headers_are_refused():
    assert "virgules" in check_headers([";".join(COLUMNS)])[0].message
    assert check_headers(COLUMNS[:-1])


def test_the_prefecture():
    assert prefecture_id("38") == "PREF038"
    assert prefecture_id("2A", "1") == "SPREF02A1"
