"""How forms are drawn: plain inputs by these few lines, everything else by Django's templates.

An input is three templates in Django, and a page has a dozen of them.
"""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

_INPUTS = frozenset(
    f"django/forms/widgets/{kind}.html"
    for kind in ("input", "text", "number", "email", "url", "password", "hidden", "date", "time",
                 "datetime", "checkbox", "search", "tel")
)  # fmt: skip


class Renderer(DjangoTemplates):
    """Django's own, with its inputs written without templates: the same HTML to the letter."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """What Django calls for every widget, form and list of errors."""
        if template_name in _INPUTS:
            return _input(context["widget"])
        return str(super().render(template_name, context, request))


def _input(widget: dict[str, Any]) -> SafeString:
    parts = [f'<input type="{conditional_escape(widget["type"])}"']
    parts.append(f' name="{conditional_escape(widget["name"])}"')
    if widget["value"] is not None:
        parts.append(f' value="{conditional_escape(widget["value"])}"')
    for name, value in widget["attrs"].items():
        if value is True:
            parts.append(f" {conditional_escape(name)}")
        elif value is not False:
            parts.append(f' {conditional_escape(name)}="{conditional_escape(value)}"')
    return SafeString("".join(parts) + ">")
