"""The style sheets keep their two tiers, and every pair of roles can be read."""

import re
from pathlib import Path

import pytest

from accounts import colours

ROOT = Path(__file__).resolve().parent.parent.parent
CSS = ROOT / "static/css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
SHEETS = sorted(path for path in CSS.rglob("*.css"))
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARATION = re.compile(r"(--[\w-]+):\s*([^;]+);")


def without_comments(text: str) -> str:
    return _COMMENT.sub("", text)


def block(opening: str) -> dict[str, str]:
    """The custom properties declared in the first block that opens with these words."""
    text = without_comments(TOKENS)
    start = text.index(opening) + len(opening)
    depth, end = 1, start
    while depth:
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        end += 1
    return dict(_DECLARATION.findall(text[start : end - 1]))


LIGHT = block("  :root {")
THEMES = {
    "light": LIGHT,
    "dark": LIGHT | block(':root[data-theme="dark"] {'),
    "contrast": LIGHT | block(':root[data-theme="contrast"] {'),
}


def resolve(theme: dict[str, str], name: str) -> str:
    """The raw colour behind a role (a commune's own accent aside)."""
    value = theme[name]
    while found := re.fullmatch(r"var\((--[\w-]+)(?:, (.+))?\)", value):
        if found.group(1) in theme:
            value = theme[found.group(1)]
        else:
            assert found.group(2), f"{name} points at {found.group(1)}, which does not exist"
            value = found.group(2)
    return value


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


SURFACES = ("page", "surface", "sunken")
TEXT_PAIRS = [
    *((text, surface) for text in ("text", "text-soft", "text-muted") for surface in SURFACES),
    *((text, surface) for text in ("accent", "accent-strong", "danger", "warn", "success", "info")
      for surface in ("page", "surface")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-accent-surface", "accent-surface"),
    ("text", "accent-surface"),
    ("text-soft", "accent-surface"),
    ("on-signal", "danger"),
    ("text", "mark"),
    *((signal, f"{signal}-surface") for signal in ("info", "warn", "success", "danger")),
    *(("text", f"{signal}-surface") for signal in ("info", "warn", "success", "danger")),
]  # fmt: skip
SHAPE_PAIRS = [
    *((shape, surface) for shape in ("control-line", "focus") for surface in ("page", "surface")),
]


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_text_and_surface_has_a_contrast_of_4_5(theme: str) -> None:
    weak = {
        (text, surface): round(ratio, 2)
        for text, surface in TEXT_PAIRS
        if (
            ratio := contrast(
                resolve(THEMES[theme], f"--color-{text}"),
                resolve(THEMES[theme], f"--color-{surface}"),
            )
        )
        < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_lines_of_controls_and_the_focus_ring_have_a_contrast_of_3(theme: str) -> None:
    weak = {
        (shape, surface): round(ratio, 2)
        for shape, surface in SHAPE_PAIRS
        if (
            ratio := contrast(
                resolve(THEMES[theme], f"--color-{shape}"),
                resolve(THEMES[theme], f"--color-{surface}"),
            )
        )
        < 3
    }
    assert weak == {}


def test_the_system_dark_theme_is_the_chosen_dark_theme() -> None:
    assert block(":root:not([data-theme]) {") == block(':root[data-theme="dark"] {')


def test_themes_reassign_roles_only() -> None:
    for opening in (':root[data-theme="dark"] {', ':root[data-theme="contrast"] {'):
        strangers = {n for n in block(opening) if not n.startswith(("--color-", "--shadow-"))}
        assert strangers == set()


@pytest.mark.parametrize("colour", ["#7a1f3d", "#8a4f0e", "#22663b", "#111111", "#0b5cd6"])
def test_a_commune_colour_keeps_every_pair_readable(colour: str) -> None:
    assert colours.readable(colour)
    theirs = LIGHT | {
        "--commune-accent": colour,
        "--commune-accent-strong": colours.darker(colour),
        "--commune-accent-tint": colours.tint(colour),
    }
    weak = {
        (text, surface)
        for text, surface in TEXT_PAIRS
        if contrast(resolve(theirs, f"--color-{text}"), resolve(theirs, f"--color-{surface}")) < 4.5
    }
    assert weak == set()


def test_the_palette_is_the_one_of_the_house() -> None:
    expected = {
        "--stone-0": "#ffffff", "--stone-50": "#f7f5f1", "--stone-100": "#eeeae3",
        "--stone-200": "#ddd6cb", "--stone-500": "#6f675b", "--stone-700": "#565046",
        "--stone-900": "#23211d", "--slate-700": "#1f4a5c", "--slate-800": "#163846",
        "--slate-100": "#e1edf1", "--ochre-700": "#8a4f0e", "--ochre-100": "#fbeedb",
        "--green-700": "#22663b", "--green-100": "#e3f2e7", "--red-700": "#a3211f",
        "--red-100": "#fbe6e4",
    }  # fmt: skip
    assert {name: LIGHT[name] for name in expected} == expected


@pytest.mark.parametrize(
    "sheet",
    [s for s in SHEETS if s.name not in {"tokens.css", "print.css"}],
    ids=lambda path: str(path.relative_to(CSS)),
)
def test_a_sheet_speaks_in_roles(sheet: Path) -> None:
    text = without_comments(sheet.read_text(encoding="utf-8"))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])", text) == []
    assert re.findall(r"\b(?:rgb|hsl)a?\(", text) == []
    assert "!important" not in text
    assert re.findall(r"font(?:-size)?:[^;]*\dpx", text) == []
    assert re.findall(r"var\(--(?:stone|slate|ochre|green|red|night|black|yellow)", text) == []


def test_every_custom_property_that_is_used_exists() -> None:
    text = "".join(without_comments(sheet.read_text(encoding="utf-8")) for sheet in SHEETS)
    scripts = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "static/js").glob("*.js"))
    declared = set(re.findall(r"(--[\w-]+):", text)) | set(re.findall(r'"(--[\w-]+)"', scripts))
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used - declared == set()


def test_every_sheet_lives_in_a_layer() -> None:
    for sheet in SHEETS:
        text = without_comments(sheet.read_text(encoding="utf-8")).strip()
        assert text.startswith("@layer"), sheet.name


def test_every_sheet_is_linked_by_the_base() -> None:
    base = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    linked = set(re.findall(r"static '(css/[^']+)'", base))
    assert linked == {str(path.relative_to(ROOT / "static")) for path in SHEETS}
