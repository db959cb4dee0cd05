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
