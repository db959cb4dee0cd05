"""The field where a text is written: a plain box, that the script turns into a sober editor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from council.dossier.pasted import LONGEST, markup_of
from council.dossier.written import blocks, marked

#: How to write without the script.
SIGNS = (
    "Une ligne par paragraphe. « # » commence un titre, « - » un élément de liste, "
    "« | a | b | » une ligne de tableau ; **gras**, *italique*. Le HTML collé est compris."
)


class TextEditor(forms.Textarea):
    """A text box with what it says set out beside it; the script shows that instead, and lets it
    be written in. What comes back may be HTML: the field reads it."""

    def __init__(self, rows: int = 14) -> None:
        super().__init__(attrs={"rows": rows, "maxlength": LONGEST})
        #: Words to be looked at again, shown highlighted while one writes.
        self.marks: list[str] = []

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        kept = markup_of(str(value or ""))
        shown = render_to_string(
            "council/acts/blocks.html", {"blocks": marked(blocks(kept, t=str), self.marks)}
        )
        return format_html(
            '<div class="editor" data-ui-editor>{}<template>{}</template>'
            '<p class="field__help no-js-only">{}</p></div>',
            super().render(name, kept, attrs, renderer),
            # Under the title of a page, a heading of the text is of the second level.
            SafeString(shown.replace("h3>", "h2>")),
            SIGNS,
        )


class TextField(forms.CharField):
    """A text with headings, lists, tables, bold and italic; kept as the signs of `written`."""

    def __init__(self, *, rows: int = 14, **options: Any) -> None:
        super().__init__(widget=TextEditor(rows), max_length=LONGEST, **options)

    def to_python(self, value: Any) -> str:
        return markup_of(super().to_python(value) or "")
