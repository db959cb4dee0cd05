"""The components: all shown in the gallery, strict about their arguments, and safe."""

import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from config.lib import ui
from config.lib.htmx import go_to, render_page

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = [path for path in TEMPLATES if "email" not in path.parts]
# Tags that belong to the frame: the base and the layouts use them, the gallery shows those.
FRAME = {"nav_link", "page_url", "theme_attribute", "top_search"}


def render(source: str, **context: object) -> str:
    request = RequestFactory().get("/ici/", context.pop("query", {}))
    return Template(source).render(Context({"request": request, **context}))


def test_every_component_appears_in_the_gallery() -> None:
    shown = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("gallery", "layouts")
        for path in (ROOT / "templates" / folder).glob("*.html")
    ) + (ROOT / "templates/base.html").read_text(encoding="utf-8")
    used = set(re.findall(r"{%\s*(\w+)", shown))
    assert set(ui.register.tags) - used == set()


def test_every_component_proper_is_on_the_one_page() -> None:
    page = (ROOT / "templates/gallery/index.html").read_text(encoding="utf-8")
    used = set(re.findall(r"{%\s*(\w+)", page))
    assert set(ui.register.tags) - FRAME - used == set()


@pytest.mark.parametrize(
    "name", ["", "app/", "elu/", "focus/", "public/", "print/", "403/", "404/"]
)
def test_the_gallery_shows(client, name: str) -> None:
    assert client.get(f"/_ui/{name}").status_code == 200


def test_an_unknown_layout_is_not_found(client) -> None:
    assert client.get("/_ui/inconnu/").status_code == 404


@pytest.mark.parametrize(
    "source",
    [
        '{% badge "x" tone="rouge" %}',
        '{% button "x" variant="huge" %}',
        '{% button "x" size="xxl" %}',
        '{% button "x" onclick="alert(1)" %}',
        '{% button "x" style="color:red" %}',
        '{% icon "licorne" %}',
        "{% badge %}",
        '{% badge "x" colour="red" %}',
        '{% card titel="x" %}{% endcard %}',
        '{% alert tone="loud" %}{% endalert %}',
        '{% choice "x" %}',
        '{% deadline "x" tone="never" %}',
        '{% row title="x" icon_tone="pink" %}{% endrow %}',
        '{% card level=7 title="x" %}{% endcard %}',
    ],
)
def test_a_wrong_argument_fails(source: str) -> None:
    with pytest.raises((TemplateSyntaxError, TypeError)):
        render(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% badge bad %}",
        "{% button bad data_x=bad %}",
        "{% link_button bad href=bad %}",
        "{% avatar bad %}{% person_chip bad detail=bad href=bad %}",
        "{% row title=bad href=bad meta=bad %}{{ bad }}{% endrow %}",
        "{% row title=bad select_name=bad select_value=bad unread=True %}{% endrow %}",
        "{% card title=bad id=bad %}{{ bad }}{% endcard %}",
        "{% fact bad bad %}",
        "{% deadline bad left=bad %}",
        "{% search_box action=bad value=bad label=bad placeholder=bad %}",
        "{% sort_item id=bad label=bad %}{{ bad }}{% endsort_item %}",
        "{% menu label=bad %}{% menu_link bad href=bad %}{% endmenu %}",
        "{% menu_button bad action=bad confirm=bad %}{% action_button bad action=bad %}",
        "{% data_table caption=bad columns=bad %}{% enddata_table %}",
        "{% file_drop action=bad where=bad %}",
        "{% pdf_reader src=bad title=bad %}",
        "{% tab bad href=bad %}{% filter_link bad href=bad count=bad %}",
        "{% progress 1 label=bad words=bad %}",
        "{% heading title=bad sub=bad %}{% endheading %}",
        "{% empty_state title=bad %}{% endempty_state %}",
        "{% confirm_panel title=bad action=bad confirm=bad cancel_href=bad %}"
        "{% endconfirm_panel %}",
    ],
)
def test_what_people_write_is_escaped(source: str) -> None:
    html = render(source, bad='"><script>alert(1)</script>')
    assert "<script" not in html
    assert '"><' + "script" not in html


def test_attributes_are_written_with_dashes_and_left_out_when_false() -> None:
    html = render('{% button "Ici" hx_get="/a" aria_expanded="false" data_x=True data_y=False %}')
    assert 'hx-get="/a"' in html
    assert 'aria-expanded="false"' in html
    assert " data-x" in html
    assert "data-y" not in html


class Sample(forms.Form):
    name = forms.CharField(label="Nom", help_text="Court.")
    agreed = forms.BooleanField(label="D’accord", required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_ties_its_label_help_and_error() -> None:
    html = render("{% field form.name %}", form=Sample({"name": ""}))
    assert '<label class="field__label" for="id_name">Nom</label>' in html
    assert 'aria-describedby="id_name-aide id_name-erreurs"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name-erreurs"' in html


def test_a_field_keeps_what_was_typed() -> None:
    assert 'value="Budget"' in render("{% field form.name %}", form=Sample({"name": "Budget"}))


def test_an_optional_field_says_so() -> None:
    class Optional(forms.Form):
        note = forms.CharField(label="Note", required=False)

    assert "(facultatif)" in render("{% field form.note %}", form=Optional())


def test_the_summary_of_errors_leads_to_the_fields() -> None:
    html = render("{% form_errors form %}", form=Sample({"name": ""}))
    assert 'href="#id_name"' in html
    assert "Une chose est à corriger" in html


def test_no_summary_when_nothing_is_wrong() -> None:
    assert render("{% form_errors form %}", form=Sample()) == ""
    assert render("{% form_errors form %}", form=Sample({"name": "x"})) == ""


def test_the_pager_keeps_the_other_parameters() -> None:
    page = Paginator(range(50), 10).page(2)
    html = render("{% pager page %}", page=page, query={"q": "école & co", "page": "2"})
    assert "?q=%C3%A9cole+%26+co&amp;page=1" in html
    assert "Page 2 sur 5" in html


def test_one_page_needs_no_pager() -> None:
    assert render("{% pager page %}", page=Paginator(range(3), 10).page(1)) == ""


def test_a_masked_ancestor_keeps_its_name_to_itself() -> None:
    html = render(
        "{% breadcrumb trail %}", trail=[("Documents", "/d"), (None, "/secret"), ("Budget", None)]
    )
    assert "/secret" not in html
    assert "dossier non visible" in html
    assert 'aria-current="page">Budget' in html


def test_a_blocked_step_gives_its_reason_and_its_way_out() -> None:
    steps = [
        ui.Step("Ordre du jour", "blocked", "Il attend l’accord du maire.", "Le demander", "/x")
    ]
    html = render("{% frieze steps %}", steps=steps)
    assert "Il attend l’accord du maire." in html
    assert 'href="/x"' in html
    assert "(bloqué)" in html


def test_a_flash_message_offers_to_undo_by_post() -> None:
    message = SimpleNamespace(level_tag="success", extra_tags=ui.undo("/retour/"))
    html = render("{% flash_messages %}", messages=[message])
    assert '<form method="post" action="/retour/">' in html
    assert "csrfmiddlewaretoken" in html
    assert "Annuler" in html


def test_the_theme_of_a_cookie_must_be_known() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = '"><script>'
    assert Template("{% theme_attribute %}").render(Context({"request": request})) == ""
    request.COOKIES["theme"] = "dark"
    assert (
        Template("{% theme_attribute %}").render(Context({"request": request}))
        == ' data-theme="dark"'
    )


def test_initials_are_two_letters() -> None:
    assert ">NM<" in render('{% avatar "Nadia Morel" %}')
    assert ">JG<" in render('{% avatar "Jean-Pierre Le Goff" %}')


# -- Fragments ----------------------------------------


def htmx(target: str, **headers: str) -> HttpRequest:
    return RequestFactory().get(
        "/_ui/", headers={"HX-Request": "true", "HX-Target": target, **headers}
    )


def test_a_fragment_is_a_piece_of_the_page() -> None:
    response = render_page(htmx("message"), "errors/403.html", {"reason": "Parce que."})
    assert "Parce que." in response.content.decode()
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_a_target_without_partial_gets_the_whole_page() -> None:
    response = render_page(htmx("ailleurs"), "errors/403.html", {"reason": "x"}, status=422)
    assert "<html" in response.content.decode()
    assert response.status_code == 422


def test_a_page_restored_by_the_back_button_is_whole() -> None:
    request = htmx("message", **{"HX-History-Restore-Request": "true"})
    assert "<html" in render_page(request, "errors/403.html", {"reason": "x"}).content.decode()


def test_going_elsewhere_is_said_to_htmx_in_its_way() -> None:
    assert go_to(htmx("x"), "/b/")["HX-Redirect"] == "/b/"
    plain = go_to(RequestFactory().post("/a/"), "/b/")
    assert (plain.status_code, plain["Location"]) == (303, "/b/")


# -- All templates ----------------------------------------


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_keeps_the_house_rules(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    tags = re.findall(r"<[a-zA-Z][^>]*>", text)
    for tag in tags:
        assert not re.search(r"\sstyle\s*=", tag), tag
        assert not re.search(r"\son[a-z]+\s*=", tag), tag
        assert not re.search(r"\shx-on", tag), tag
        if re.search(r"\shx-(post|put|patch|delete)", tag):
            assert tag.startswith("<form"), f"{tag}: hx-post only on a form"
            assert "action=" in tag, f"{tag}: without script the form must go somewhere"
            assert 'method="post"' in tag, tag
        if re.search(r"\shx-get", tag):
            assert re.match(r"<(a|form)\b", tag) or "hx-trigger" in tag, (
                f"{tag}: on a link or a form"
            )
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "<style" not in text
    assert not re.search(r'<script[^>]*src="https?:', text)
    for include in re.findall(r"{%\s*include\b[^%]*%}", text):
        assert re.search(r"\bonly\s*%}", include), f"{include}: say what it receives, then `only`"


def test_the_base_has_three_scripts_at_most() -> None:
    base = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    assert base.count("<script") <= 3


def test_htmx_neither_evaluates_nor_remembers() -> None:
    base = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    found = re.search(r"name=\"htmx-config\" content='([^']+)'", base)
    assert found
    config = json.loads(found.group(1))
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0
    swaps = {rule["code"] for rule in config["responseHandling"] if rule["swap"]}
    assert {"403", "422"} <= swaps


def test_vendored_files_are_the_ones_that_were_fetched() -> None:
    versions = json.loads((ROOT / "static/vendor/VERSIONS.json").read_text(encoding="utf-8"))
    wrong = [
        name
        for package in versions.values()
        for name, digest in package["files"].items()
        if hashlib.sha256((ROOT / "static" / name).read_bytes()).hexdigest() != digest
    ]
    assert wrong == []
    assert versions["htmx.org"]["version"].startswith("2.0.")


def test_every_icon_that_scripts_and_templates_name_is_in_the_sprite() -> None:
    named = set()
    for path in (*OURS, *(ROOT / "static/js").glob("*.js")):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'\bicon=[\'"]([a-z0-9-]+)[\'"]', text))
        named |= set(re.findall(r'{%\s*icon "([a-z0-9-]+)"', text))
    assert named - ui.icon_names() == set()
