"""No line of a page begins with a sign that belongs to the word before: French guillemets hold what
they quote, colons and question marks stay with their sentence."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOSE = re.compile("«[ ]|[ ]»")
#: An ordinary space before a sign that ends a piece of sentence.
ASTRAY = re.compile(r"(?<=[\w»)}\]%…’°]) (?=[;:!?](?:[ \n\"'<.,)]|$))", re.MULTILINE)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
SQL = re.compile(r"\b(?:SELECT|WHERE|FROM|UPDATE|INSERT|JOIN)\b")
#: What a machine reads again, samples, labels that a migration repeats.
NOT_SHOWN = re.compile(
    r"/(?:migrations|models|extraction/readers|demo|demo_files|search/lexicon)/"
    r"|/(?:enums|load_corpus|seed_demo|mail_page|mail_parts|clues|demo)\.py"
)


def _shown() -> list[Path]:
    """What people read that no person typed: templates, messages of the scripts."""
    pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt")]
    return sorted([*pages, *ROOT.glob("static/js/*.js")])


def test_guillemets_carry_no_ordinary_space() -> None:
    loose = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in _shown()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if LOOSE.search(line) and not line.lstrip().startswith("//")
    ]
    assert len(_shown()) > 150
    assert not loose, "a no-break space (U+00A0) inside guillemets:\n" + "\n".join(loose)


APPS = ("accounts", "config", "council", "documents", "training")


def _sentences(path: Path) -> list[tuple[int, str]]:
    """The strings of a module with their lines, its docstrings left out."""
    found, before = [], tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        begins = before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.NL, tokenize.ENCODING)
        if token.type == tokenize.STRING and not (begins and token.string.startswith('"""')):
            found.append((token.start[0], token.string))
        if token.type != tokenize.COMMENT:
            before = token.type
    return found


def test_nor_do_the_sentences_of_the_program() -> None:
    loose = [
        f"{path.relative_to(ROOT)}:{number}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and LOOSE.search(path.read_text(encoding="utf-8"))
        for number, words in _sentences(path)
        if LOOSE.search(words)
    ]
    assert not loose, "a no-break space (U+00A0) inside guillemets:\n" + "\n".join(loose)


def test_colons_and_question_marks_stay_with_their_sentence() -> None:
    pages = [path for path in _shown() if path.suffix != ".js"]
    astray = [
        f"{path.relative_to(ROOT)}: {shown[max(0, found.start() - 30) : found.end() + 2]!r}"
        for path in pages
        for shown in [COMMENT.sub("", path.read_text(encoding="utf-8"))]
        for found in ASTRAY.finditer(shown)
    ]
    assert len(pages) > 150
    assert not astray, "a no-break space (U+00A0) before : ; ! ?\n" + "\n".join(astray)


def test_so_they_do_in_the_sentences_of_the_program() -> None:
    astray = [
        f"{path.relative_to(ROOT)}:{number}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if not NOT_SHOWN.search(path.as_posix()) and ASTRAY.search(path.read_text(encoding="utf-8"))
        for number, words in _sentences(path)
        if not SQL.search(words) and ASTRAY.search(words[:-1])
    ]
    assert not astray, "a no-break space (U+00A0) before : ; ! ?\n" + "\n".join(astray)
