"""The documents of the project say what the code does."""

from pathlib import Path

from council.management.commands.draw_workflows import page

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_drawn_workflows_are_those_of_the_code() -> None:
    assert (DOCS / "workflows.md").read_text(encoding="utf-8") == page()


def test_what_the_docs_link_to_exists() -> None:
    import re

    broken = [
        f"{path.name}: {target}"
        for path in [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_test_that_the_comparison_names_exists() -> None:
    import re

    page = (DOCS / "compared.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page)
    assert len(named) > 80
    assert page.count("::") == len(named), "a name that is not written as the others"
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (DOCS.parent / path).is_file()
        or f"def {name}(" not in (DOCS.parent / path).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_whoever_says_yes_shows_it() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in (DOCS / "compared.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and line[2].isdigit()
    ]
    assert len(rows) == 80 + 29 + 16
    for row in rows:
        answer = row[-3]
        assert answer in {"yes", "partly", "not"}, row
        assert (answer == "not") == (row[-1] == ""), row


def test_every_test_that_the_council_s_comparison_names_exists() -> None:
    import re

    page = (DOCS / "council-compared.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(?:Test\w+::)?(test_\w+)`", page)
    assert named
    assert page.count("`tests/") == len(named), "a name that is not written as the others"
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (DOCS.parent / path).is_file()
        or f"def {name}(" not in (DOCS.parent / path).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_no_row_of_the_council_s_comparison_is_left_out() -> None:
    import re

    last_row, last_wish = 103, 24
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in (DOCS / "council-compared.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| # ")
    ]
    assert {len(row) for row in rows} == {4}
    numbers = {number for row in rows for number in re.split(r",\s*", row[0])}
    expected = {str(n) for n in range(1, last_row + 1)}
    expected |= {f"§3.{n}" for n in range(1, last_wish + 1)}
    assert sorted(expected - numbers) == []
    for row in rows:
        assert row[2].startswith("No:") == (row[3] == ""), row


def test_each_decision_has_a_number_of_its_own() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [one.name[:4] for one in decisions]
    assert numbers == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    for one in decisions:
        assert one.read_text(encoding="utf-8").startswith(f"# {one.name[:4]} "), one.name
