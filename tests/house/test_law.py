"""docs/law.md says where each rule of law is, and the code and the tests say the same."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
TESTS = ROOT / "tests" / "council" / "rules"
ID = re.compile(r"[RT]-[A-Z]+-\d{2}")
OWN_CASES = 2


def _rows(first: str) -> dict[str, list[str]]:
    """The rows of the page whose first cell is such an id."""
    rows: dict[str, list[str]] = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if re.fullmatch(rf"{first}-[A-Z]+-\d{{2}}", cells[0]):
            assert cells[0] not in rows, f"{cells[0]} is there twice"
            rows[cells[0]] = cells[1:]
    return rows


RULES = {rule: cells for rule, cells in _rows("R").items() if len(cells) == 3}
OUTSIDE = {rule: cells[0] for rule, cells in _rows("R").items() if len(cells) == 1}
CASES = _rows("T")


def _expanded(text: str) -> set[str]:
    """Ids written one by one; « R-ACT-01 to R-ACT-05 » names those between as well."""
    found = set(ID.findall(text))
    for kind, first, last in re.findall(r"(R-[A-Z]+-)(\d{2}) to \1(\d{2})", text):
        found |= {f"{kind}{n:02d}" for n in range(int(first), int(last) + 1)}
    return found


@cache
def _shown() -> tuple[Counter[str], dict[str, set[str]]]:
    """How many cases the tests have for each id, and in which files. A case is a mark ``law`` or
    the id of a parameter: the id, then its own words."""
    count: Counter[str] = Counter()
    files: dict[str, set[str]] = defaultdict(set)
    for path in sorted(TESTS.glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        marked = {
            id(argument)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.law"
            for argument in node.args
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            said = re.fullmatch(r"([RT]-[A-Z]+-\d{2})( .+)?", node.value)
            if said and (id(node) in marked or said[2] or said[1].startswith("T")):
                count[said[1]] += 1
                files[said[1]].add(path.name)
    return count, files


def _code() -> dict[str, set[str]]:
    """The rules that each module of the law names."""
    base = ROOT / "council" / "rules"
    return {
        ".".join(path.relative_to(base).with_suffix("").parts): {
            one for one in _expanded(path.read_text(encoding="utf-8")) if one.startswith("R")
        }
        for path in base.rglob("*.py")
    }


def test_the_page_is_not_empty() -> None:
    assert len(RULES) > 70
    assert len(CASES) > 100


def test_every_rule_of_the_code_is_on_the_page_and_the_other_way_round() -> None:
    named = set().union(*_code().values())
    assert named - set(RULES) - set(OUTSIDE) == set()
    assert set(RULES) - named == set()


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_functions_of_a_rule_exist_and_their_modules_name_it(rule: str) -> None:
    functions = re.findall(r"`([\w.]+)`", RULES[rule][1])
    assert functions
    modules = set()
    for name in functions:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(f"council.rules.{module}"), attribute), name
        modules.add(module)
    code = _code()
    assert any(rule in code[module] for module in modules), modules


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_has_cases_of_its_own_in_the_files_named(rule: str) -> None:
    count, files = _shown()
    assert count[rule] >= OWN_CASES
    named = {Path(name).name for name in re.findall(r"`([\w./]+\.py)`", RULES[rule][2])}
    assert named == files[rule]


def test_every_case_is_shown_and_every_case_shown_is_on_the_page() -> None:
    _, files = _shown()
    shown = {case for case in files if case.startswith("T")}
    assert shown == set(CASES)
    for case, cells in CASES.items():
        named = {Path(name).name for name in re.findall(r"`([\w./]+\.py)`", cells[0])}
        assert named == files[case], case


def test_what_is_out_of_scope_says_why() -> None:
    assert OUTSIDE
    assert not set(OUTSIDE) & set(RULES)
    assert all(len(reason) > 20 for reason in OUTSIDE.values())


def test_the_law_reads_no_clock_and_no_row() -> None:
    forbidden = re.compile(
        r"^\s*(?:from|import) "
        r"(?:django|council\.(?!rules)|documents|accounts|config\.(?!lib\.(?:text|sirene)))"
        r"|\.now\(|\.today\(|utcnow",
        re.MULTILINE,
    )
    guilty = {
        path.name: forbidden.findall(path.read_text(encoding="utf-8"))
        for path in (ROOT / "council" / "rules").rglob("*.py")
        if forbidden.search(path.read_text(encoding="utf-8"))
    }
    assert guilty == {}
