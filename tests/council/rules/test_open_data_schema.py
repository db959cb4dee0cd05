"""A second judge of the open data file: frictionless, on the very schema that we publish."""

from __future__ import annotations

from datetime import date

import pytest
from frictionless import Checklist, Resource, Schema
from frictionless.checks import row_constraint

from config.lib.sirene import luhn_is_right
from council.rules.nomenclature import MATTERS
from council.rules.open_data import (
    COLUMNS,
    TABLE_SCHEMA,
    PublicAct,
    check_row,
    csv_text,
    prefecture_id,
    row_of,
)
from council.rules.votes import Counts

SIRET = "21860194600013"


def row(changes=None, **act):
    facts = {
        "number": "D2026_001",
        "decided_on": date(2026, 11, 30),
        "matter": "7.10",
        "object": "Tarifs de la cantine, « goûter » compris",
        "counts": Counts(10, 3, 2, 2),
        "in_office": 19,
    }
    cells = row_of(PublicAct(**(facts | act)), body_name="Montréval", siret=SIRET)
    return cells | (changes or {})


def judged(*rows, checks=()):
    """What frictionless finds in the file: kinds of errors, by column."""
    resource = Resource(
        data=csv_text(rows).encode("utf-8"),
        format="csv",
        encoding="utf-8",
        schema=Schema.from_descriptor(TABLE_SCHEMA),
    )
    report = resource.validate(Checklist(checks=list(checks)))
    return [tuple(line) for line in report.flatten(["type", "fieldName"])]


@pytest.mark.law("T-SCDL-01")
def test_a_whole_file_is_valid():
    acts = [row(matter=matter, number=f"D{n}") for n, matter in enumerate(MATTERS)]
    acts.append(row(prefecture=prefecture_id("2a"), received_on=date(2026, 12, 2)))
    acts.append(row(counts=None, url="https://montreval.fr/actes/1"))
    assert judged(*acts) == []
    assert not any(check_row(one) for one in acts)


CELLS = [
    ("DELIB_MATIERE_CODE", "7.11"),
    ("DELIB_DATE", "30/11/2026"),
    ("DELIB_OBJET", ""),
    ("COLL_SIRET", "218 601 946 00013"),
    ("BUDGET_ANNEE", "2026-2027"),
    ("PREF_ID", "PREF38"),
    ("PREF_DATE", "hier"),
    ("VOTE_POUR", "-1"),
    ("VOTE_CONTRE", "trois"),
]


@pytest.mark.parametrize(("column", "value"), CELLS)
def test_both_judges_refuse_the_same_cell(column, value):
    wrong = row({column: value})
    assert {field for _, field in judged(wrong)} == {column}
    assert column in {finding.subject for finding in check_row(wrong)}


SUM = row_constraint(
    formula="VOTE_REEL is None or VOTE_REEL == VOTE_POUR + VOTE_CONTRE + VOTE_ABSTENTION"
)
DATES = row_constraint(formula="PREF_DATE is None or PREF_DATE >= DELIB_DATE")
BUDGET = row_constraint(formula="(BUDGET_ANNEE is None) == (BUDGET_NOM is None)")


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        pytest.param(SUM, {"VOTE_REEL": "17"}, id="T-SCDL-07"),
        pytest.param(DATES, {"PREF_DATE": "2026-11-29"}, id="T-SCDL-08"),
        pytest.param(BUDGET, {"BUDGET_ANNEE": "2027"}, id="T-SCDL-09"),
    ],
)
def test_both_judges_refuse_the_same_row(check, changes):
    assert judged(row(), row(counts=None), checks=[check]) == []
    assert [kind for kind, _ in judged(row(changes), checks=[check])] == ["row-constraint"]
    assert check_row(row(changes))


def test_the_schema_has_the_columns_of_the_file():
    schema = Schema.from_descriptor(TABLE_SCHEMA)
    assert tuple(schema.field_names) == COLUMNS
    assert luhn_is_right(SIRET)
