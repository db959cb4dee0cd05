"""What no page of ours may contain, read as a browser would read it."""

from html.parser import HTMLParser

from django.http import HttpResponse, HttpResponseBase

_TEMPLATE_MARKS = ("{{", "}}", "{%", "%}", "{#")
_DATA_BLOCKS = {"application/json", "application/ld+json"}


class HouseRuleBroken(AssertionError):
    """A page holds something that the house forbids."""


class _Inspector(HTMLParser):
    def __init__(self, *, ours: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.ours = ours
        self.wrong: list[str] = []
        self._ids: set[str] = set()
        self._raw = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._raw = tag in {"script", "style", "textarea", "pre", "code"}
        for name, value in values.items():
            if name.startswith(("on", "hx-on")):
                self.wrong.append(f"<{tag} {name}=…>: behaviours live in modules")
            if name == "style" and self.ours:
                self.wrong.append(f"<{tag} style={value!r}>: styles live in sheets")
            if value.strip().lower().startswith("javascript:") or (
                name.startswith("hx-") and value.strip().startswith("js:")
            ):
                self.wrong.append(f"<{tag} {name}={value!r}>: no code in attributes")
            if any(mark in value for mark in _TEMPLATE_MARKS) and name != "value":
                self.wrong.append(f"<{tag} {name}={value!r}>: a template mark was not rendered")
        if tag == "script" and "src" not in values and values.get("type") not in _DATA_BLOCKS:
            self.wrong.append("an inline <script>")
        if tag == "style" and self.ours:
            self.wrong.append("an inline <style>")
        identifier = values.get("id")
        if identifier is not None and self.ours:
            if identifier in self._ids:
                self.wrong.append(f"id={identifier!r} twice")
            self._ids.add(identifier)

    def handle_endtag(self, tag: str) -> None:
        self._raw = False

    def handle_data(self, data: str) -> None:
        if not self._raw and any(mark in data for mark in _TEMPLATE_MARKS):
            self.wrong.append(f"{data.strip()[:60]!r}: a template mark was not rendered")


def inspect_html(html: str, *, ours: bool = True) -> None:
    """Raise HouseRuleBroken with everything found; the admin's own markup is only half ours."""
    inspector = _Inspector(ours=ours)
    inspector.feed(html)
    inspector.close()
    if inspector.wrong:
        raise HouseRuleBroken("\n".join(inspector.wrong))


def inspect_response(response: HttpResponseBase) -> None:
    """Inspect an HTML answer and its policy; anything else passes."""
    if not isinstance(response, HttpResponse) or response.streaming:
        return
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    policy = response.headers.get("Content-Security-Policy", "")
    if "unsafe-" in policy or not policy:
        raise HouseRuleBroken(f"the policy of the page is {policy!r}")
    path = getattr(response, "request", {}).get("PATH_INFO", "")
    inspect_html(response.content.decode(response.charset), ours="/admin/" not in path)
