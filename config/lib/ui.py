"""The typed components of the interface: template tags whose Python signature is the contract.

A missing or misspelt argument, an unknown icon or variant fails while the page is rendered, so it
fails in the tests. What is drawn once per line of a list (icon, badge, row…) is built with
`format_html` rather than with a template of its own: an inclusion costs ten times as much, and a
folder shows a hundred lines. Every tag appears in the gallery, `/_ui/`.

Arguments called `attrs` accept only `hx_…`, `data_…`, `aria_…`, `id`, `form`, `name` and
`value`, written with underscores: `hx_get=url` becomes `hx-get="…"`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, get_args

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.middleware.csrf import get_token
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags.static import static
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from config.lib.addresses import address

register = template.Library()

Tone = Literal["neutral", "info", "success", "warn", "danger"]
ButtonVariant = Literal["plain", "primary", "danger", "quiet"]
ButtonSize = Literal["s", "m", "l", "xl"]
StepState = Literal["done", "current", "blocked", "todo"]
THEMES = {"light": "Clair", "dark": "Sombre", "contrast": "Contraste fort"}
THEME_COOKIE = "theme"

_EMPTY = mark_safe("")
_ATTRIBUTE = re.compile(r"(hx|data|aria)_[a-z0-9_]+|id|form|name|value|autofocus")


class BadComponent(template.TemplateSyntaxError):
    """A component was asked for something that it does not have."""


_choices = cache(get_args)


def _one_of(kind: Any, value: str, what: str) -> str:
    allowed = _choices(kind)
    if value not in allowed:
        raise BadComponent(f"{what} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _attrs(attrs: Mapping[str, Any]) -> SafeString:
    """HTML attributes from keyword arguments; `None` and `False` leave theirs out."""
    parts = []
    for key, value in attrs.items():
        if not _ATTRIBUTE.fullmatch(key):
            raise BadComponent(f"a component takes no attribute {key!r}")
        if value is None or value is False:
            continue
        name = key.replace("_", "-")
        parts.append(
            format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        )
    return mark_safe("".join(parts))  # noqa: S308 - each part was escaped above


@cache
def _static(path: str) -> str:
    """The address of a static file; it does not change while the process runs."""
    return str(static(path))


def _escape(value: object) -> str:
    """`conditional_escape` without its cost for lazy strings: a list calls it hundreds of times."""
    return value if isinstance(value, SafeString) else html.escape(str(value))


def _csrf(context: Context) -> SafeString:
    request = context.get("request")
    if request is None:
        raise BadComponent("a form needs the request in the context")
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
    )


# -- Words and pictures ----------------------------------------------------------------------------


@cache
def icon_names() -> frozenset[str]:
    """The icons of the sprite (Lucide names)."""
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))


@cache
def _icon(name: str, size: str = "m") -> SafeString:
    if not name:
        return _EMPTY
    if name not in icon_names():
        raise BadComponent(f"no icon {name!r} in the sprite (scripts/vendor.py lists them)")
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        " icon--l" if size == "l" else "",
        _static("img/icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, *, size: Literal["m", "l"] = "m") -> SafeString:
    """An outline icon, hidden from screen readers: always with a word beside it."""
    _one_of(Literal["m", "l"], size, "size")
    return _icon(name, size)


@register.simple_tag
def visually_hidden(text: str) -> SafeString:
    """Words for screen readers only."""
    return format_html('<span class="visually-hidden">{}</span>', text)


@register.simple_tag
def badge(text: str, *, tone: Tone = "neutral", icon: str = "") -> SafeString:
    """A short state; shown only when it is not the normal one."""
    _one_of(Tone, tone, "tone")
    return SafeString(f'<span class="badge badge--{tone}">{_icon(icon)}{_escape(text)}</span>')


def _initials(name: str) -> str:
    words = [word for word in re.split(r"[\s-]+", name) if word and word[0].isalpha()]
    if not words:
        return "?"
    picked = words if len(words) < 3 else [words[0], words[-1]]
    return "".join(word[0].upper() for word in picked)


@register.simple_tag
def avatar(name: str, *, size: Literal["m", "l"] = "m") -> SafeString:
    """The initials of a person, decoration beside their name."""
    _one_of(Literal["m", "l"], size, "size")
    return format_html(
        '<span class="avatar{}" aria-hidden="true"><span>{}</span></span>',
        " avatar--l" if size == "l" else "",
        _initials(name),
    )


@register.simple_tag
def person_chip(name: str, *, detail: str = "", href: str = "") -> SafeString:
    """A person: initials, full name, and what they are here."""
    shown = format_html('<a href="{}">{}</a>', href, name) if href else conditional_escape(name)
    more = format_html('<span class="person__detail">{}</span>', detail) if detail else _EMPTY
    return format_html(
        '<span class="person">{}<span class="person__words">{}{}</span></span>',
        avatar(name), shown, more,
    )  # fmt: skip


# -- Actions ---------------------------------------------------------------------------------------


def _labelled(label: str, icon: str, hide_label: bool) -> SafeString:
    """The inside of a button; an arrow that points onwards stands after its word."""
    words = visually_hidden(label) if hide_label else format_html("<span>{}</span>", label)
    if icon in {"chevron-right", "arrow-right"}:
        return format_html("{}{}", words, _icon(icon))
    return format_html("{}{}", _icon(icon), words)


def _button_class(variant: str, size: str, wide: bool) -> str:
    _one_of(ButtonVariant, variant, "variant")
    _one_of(ButtonSize, size, "size")
    names = ["button"]
    if variant != "plain":
        names.append(f"button--{variant}")
    if size != "m":
        names.append(f"button--{size}")
    if wide:
        names.append("button--wide")
    return " ".join(names)


@register.simple_tag
def button(
    label: str,
    *,
    variant: ButtonVariant = "plain",
    size: ButtonSize = "m",
    icon: str = "",
    type: Literal["submit", "button"] = "submit",
    disabled: bool = False,
    wide: bool = False,
    hide_label: bool = False,
    **attrs: Any,
) -> SafeString:
    """A button that does something. One `primary` per screen.

    `hide_label` leaves the word to screen readers, for a row of well-known little tools.
    """
    _one_of(Literal["submit", "button"], type, "type")
    return format_html(
        '<button class="{}" type="{}"{}{}>{}</button>',
        _button_class(variant, size, wide),
        type,
        mark_safe(" disabled") if disabled else _EMPTY,
        _attrs(attrs),
        _labelled(label, icon, hide_label),
    )


@register.simple_tag
def link_button(
    label: str,
    *,
    href: str,
    variant: ButtonVariant = "plain",
    size: ButtonSize = "m",
    icon: str = "",
    wide: bool = False,
    hide_label: bool = False,
    download: bool = False,
    **attrs: Any,
) -> SafeString:
    """A link that looks like a button: it goes somewhere."""
    return format_html(
        '<a class="{}" href="{}"{}{}>{}</a>',
        _button_class(variant, size, wide),
        href,
        mark_safe(" download") if download else _EMPTY,
        _attrs(attrs),
        _labelled(label, icon, hide_label),
    )


@register.simple_tag
def link_back(label: str, *, href: str) -> SafeString:
    """The way back, above a page that has no breadcrumb."""
    return format_html(
        '<a class="link-back" href="{}">{}<span>{}</span></a>', href, _icon("arrow-left"), label
    )


@register.simple_tag(takes_context=True)
def action_button(
    context: Context,
    label: str,
    *,
    action: str,
    variant: ButtonVariant = "plain",
    size: ButtonSize = "m",
    icon: str = "",
    wide: bool = False,
    name: str = "",
    value: str = "",
    confirm: str = "",
) -> SafeString:
    """A form of one button (POST). `confirm` is asked by the script before it is sent; what is
    irreversible has a page of its own (`confirm_panel`) instead."""
    return format_html(
        '<form method="post" action="{}"{}>{}{}{}</form>',
        action,
        format_html(' data-ui-confirm="{}"', confirm) if confirm else _EMPTY,
        _csrf(context),
        format_html('<input type="hidden" name="{}" value="{}">', name, value) if name else _EMPTY,
        button(label, variant=variant, size=size, icon=icon, wide=wide),
    )


@register.simple_block_tag
def actions(content: str) -> SafeString:
    """A row of buttons; on a phone they share the width."""
    return format_html('<div class="actions">{}</div>', content)


@register.simple_block_tag
def menu(
    content: str,
    *,
    label: str,
    icon: str = "ellipsis",
    variant: ButtonVariant = "plain",
    size: ButtonSize = "m",
    hide_label: bool = False,
    align: Literal["start", "end"] = "end",
) -> SafeString:
    """Actions behind a button: a native `<details>` of `menu_link` and `menu_button`."""
    _one_of(Literal["start", "end"], align, "align")
    return format_html(
        '<details class="menu{}" data-ui-menu><summary class="{}">{}{}</summary>'
        '<div class="menu__panel">{}</div></details>',
        " menu--start" if align == "start" else "",
        _button_class(variant, size, wide=False),
        _icon(icon),
        visually_hidden(label) if hide_label else format_html("<span>{}</span>", label),
        content,
    )


@register.simple_tag
def menu_link(
    label: str, *, href: str, icon: str = "", download: bool = False, **attrs: Any
) -> SafeString:
    """One line of a menu that goes somewhere."""
    return format_html(
        '<a class="menu__item" href="{}"{}{}>{}<span>{}</span></a>',
        href, mark_safe(" download") if download else _EMPTY, _attrs(attrs), _icon(icon), label,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def menu_button(
    context: Context,
    label: str,
    *,
    action: str,
    icon: str = "",
    tone: Literal["neutral", "danger"] = "neutral",
    name: str = "",
    value: str = "",
    confirm: str = "",
) -> SafeString:
    """One line of a menu that does something (POST)."""
    _one_of(Literal["neutral", "danger"], tone, "tone")
    return format_html(
        '<form method="post" action="{}"{}>{}{}'
        '<button class="menu__item{}" type="submit">{}<span>{}</span></button></form>',
        action,
        format_html(' data-ui-confirm="{}"', confirm) if confirm else _EMPTY,
        _csrf(context),
        format_html('<input type="hidden" name="{}" value="{}">', name, value) if name else _EMPTY,
        " menu__item--danger" if tone == "danger" else "",
        _icon(icon),
        label,
    )


@register.simple_tag
def choice(
    label: str,
    *,
    name: str = "",
    value: str = "",
    href: str = "",
    current: bool = False,
    icon: str = "",
    answer: str = "Votre réponse",
) -> SafeString:
    """A large answer (« Je serai là ») inside a form, or a link; the current one says so."""
    mark = (
        format_html('<span class="choice__answer">{} {}</span>', _icon("check"), answer)
        if current
        else _EMPTY
    )
    words = format_html("{}<span>{}</span>{}", _icon(icon), label, mark)
    if href:
        state = mark_safe(' aria-current="true"') if current else _EMPTY
        return format_html('<a class="choice" href="{}"{}>{}</a>', href, state, words)
    if not name:
        raise BadComponent("a choice needs a name and a value, or an href")
    return format_html(
        '<button class="choice" type="submit" name="{}" value="{}" aria-pressed="{}">{}</button>',
        name, value, "true" if current else "false", words,
    )  # fmt: skip


# -- What holds content ----------------------------------------------------------------------------

CardTone = Literal["plain", "attention", "done", "danger", "sunken", "flush"]


@register.simple_block_tag
def card(
    content: str,
    *,
    title: str = "",
    level: int = 2,
    icon: str = "",
    tone: CardTone = "plain",
    id: str = "",
) -> SafeString:
    """A white sheet. `flush` lets a list touch its edges; `attention` is ochre, `done` green."""
    _one_of(CardTone, tone, "tone")
    if level not in {1, 2, 3}:
        raise BadComponent("level must be 1, 2 or 3")
    head = (
        format_html('<h{} class="card__title">{}{}</h{}>', level, _icon(icon), title, level)
        if title
        else _EMPTY
    )
    return format_html(
        '<section class="card{}"{}>{}{}</section>',
        "" if tone == "plain" else f" card--{tone}",
        format_html(' id="{}"', id) if id else _EMPTY,
        head,
        content,
    )


@register.simple_block_tag
def heading(content: str, *, title: str, sub: str = "") -> SafeString:
    """The `<h1>` of the page, a sentence under it, and its actions at the right."""
    return format_html(
        '<header class="heading"><div class="heading__words"><h1>{}</h1>{}</div>{}</header>',
        title,
        format_html('<p class="heading__sub">{}</p>', sub) if sub else _EMPTY,
        format_html('<div class="actions">{}</div>', content) if content.strip() else _EMPTY,
    )


@register.simple_block_tag
def empty_state(content: str, *, title: str, icon: str = "inbox") -> SafeString:
    """An empty place says what it is for; inside, the sentence and the first step."""
    return format_html(
        '<div class="empty"><span class="empty__icon">{}</span>'
        '<p class="empty__title">{}</p>{}</div>',
        _icon(icon, "l"), title, content,
    )  # fmt: skip


@register.simple_block_tag
def alert(content: str, *, tone: Tone = "info", title: str = "", live: bool = False) -> SafeString:
    """Something to know. `live` when it appears after an action, so that it is read aloud."""
    _one_of(Tone, tone, "tone")
    shape = {"info": "info", "neutral": "info", "success": "circle-check"}.get(
        tone, "triangle-alert"
    )
    return format_html(
        '<div class="alert alert--{}"{}>{}<div class="alert__body">{}{}</div></div>',
        "info" if tone == "neutral" else tone,
        mark_safe(' role="status"') if live else _EMPTY,
        _icon(shape),
        format_html('<p class="alert__title">{}</p>', title) if title else _EMPTY,
        content,
    )


@register.simple_block_tag
def disclosure(content: str, *, label: str, open: bool = False) -> SafeString:
    """Details on demand."""
    return format_html(
        '<details class="disclosure"{}><summary>{}<span>{}</span></summary>'
        '<div class="disclosure__body">{}</div></details>',
        mark_safe(" open") if open else _EMPTY, _icon("chevron-right"), label, content,
    )  # fmt: skip


@register.simple_block_tag
def facts(content: str, *, aligned: bool = False) -> SafeString:
    """A definition list of `fact`; `aligned` puts the names in a column of their own."""
    return format_html('<dl class="facts{}">{}</dl>', " facts--aligned" if aligned else "", content)


@register.simple_tag
def fact(name: str, value: object) -> SafeString:
    """One line of `facts`."""
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', name, value)


@register.simple_block_tag
def data_table(
    content: str, *, caption: str, columns: str, show_caption: bool = False
) -> SafeString:
    """A table; `columns` are its names separated by `|`, a leading `#` means numbers.

    Give each `<td>` a `data-label` with its column's name: on a phone a line becomes a sheet.
    """
    heads = format_html_join(
        "",
        '<th scope="col"{}>{}</th>',
        (
            (mark_safe(' class="is-number"') if name.startswith("#") else _EMPTY, name.lstrip("#"))
            for name in columns.split("|")
        ),
    )
    return format_html(
        '<div class="table-wrap" role="region" aria-label="{}" tabindex="0">'
        '<table class="table table--sheets"><caption{}>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        caption,
        _EMPTY if show_caption else mark_safe(' class="visually-hidden"'),
        caption,
        heads,
        content,
    )


@register.simple_block_tag
def rows(content: str, *, label: str, id: str = "") -> SafeString:
    """A list of `row`; the arrows of the keyboard go from line to line."""
    return format_html(
        '<ul class="rows" aria-label="{}"{} data-ui-list>{}</ul>',
        label, format_html(' id="{}"', id) if id else _EMPTY, content,
    )  # fmt: skip


RowTone = Literal["plain", "folder", "warn", "danger", "success"]


@register.simple_block_tag
def row(
    content: str,
    *,
    title: str,
    href: str = "",
    icon: str = "",
    icon_tone: RowTone = "plain",
    meta: str = "",
    unread: bool = False,
    selected: bool = False,
    compact: bool = False,
    select_name: str = "",
    select_value: str = "",
) -> SafeString:
    """One line: what, by whom and when, and inside the block what stands at its right.

    `compact` keeps that end on the same line on a phone (one little menu, say). With
    `select_name` a tick box comes first, for the bar of the selection.
    """
    _one_of(RowTone, icon_tone, "icon_tone")
    name = _escape(title)
    shape = "<span></span>"
    if icon:
        look = "" if icon_tone == "plain" else f" row__icon--{icon_tone}"
        shape = f'<span class="row__icon{look}">{_icon(icon)}</span>'
    if select_name:
        shape = (
            f'<span class="row__start"><input class="row__tick" type="checkbox"'
            f' name="{_escape(select_name)}" value="{_escape(select_value)}"'
            f' aria-label="Sélectionner {name}"{" checked" if selected else ""} data-ui-tick>'
            f"{shape}</span>"
        )
    words = (
        f'<a class="row__title" href="{_escape(href)}">{name}</a>'
        if href
        else f'<span class="row__title">{name}</span>'
    )
    if unread:
        words += visually_hidden(" (non lu)")
    if meta:
        words += f'<span class="row__meta">{_escape(meta)}</span>'
    state = (" row--unread" if unread else "") + (" row--selected" if selected else "")
    end = " row__end--compact" if compact else ""
    # Every value above went through `_escape`; the content was escaped by the template.
    return SafeString(
        f'<li class="row{state}">{shape}<div class="row__words">{words}</div>'
        f'<div class="row__end{end}">{content.strip()}</div></li>'
    )


@register.simple_block_tag
def selection_bar(content: str, *, count: int = 0) -> SafeString:
    """The few actions that apply to the ticked lines, at the foot of their form."""
    return format_html(
        '<div class="selection" data-ui-selection{}>'
        '<p role="status"><strong data-ui-count>{}</strong>'
        ' <span data-ui-count-word>{}</span></p><div class="actions">{}</div></div>',
        _EMPTY if count else mark_safe(' data-empty=""'),
        count,
        "sélectionné" if count < 2 else "sélectionnés",
        content,
    )


# -- Where one is, where one may go ----------------------------------------------------------------


class _Labelled(Protocol):
    label: str | None
    url: str | None


@register.simple_tag
def breadcrumb(items: Iterable[tuple[str | None, str | None] | _Labelled]) -> SafeString:
    """The way from the root: `(label, url)` pairs or objects with these two names.

    A label of `None` is an ancestor whose name the reader may not know. The last is the page; a
    way of one step says nothing that the heading does not.
    """
    pairs = [item if isinstance(item, tuple) else (item.label, item.url) for item in items]
    if len(pairs) < 2:
        return _EMPTY
    lines = []
    for position, (label, url) in enumerate(pairs):
        if label is None:
            words: SafeString = format_html(
                "<span>{}{}</span>", "…", visually_hidden("dossier non visible")
            )
        elif position == len(pairs) - 1:
            words = format_html('<span aria-current="page">{}</span>', label)
        elif url:
            words = format_html('<a href="{}">{}</a>', url, label)
        else:
            words = format_html("<span>{}</span>", label)
        lines.append(format_html("<li>{}</li>", words))
    return format_html(
        '<nav class="breadcrumb" aria-label="Vous êtes ici"><ol>{}</ol></nav>',
        mark_safe("".join(lines)),  # noqa: S308 - joined from format_html
    )


@register.simple_block_tag
def tabs(content: str, *, label: str) -> SafeString:
    """A bar of `tab`, each a real address."""
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, content)


@register.simple_tag
def tab(
    label: str, *, href: str, current: bool = False, count: int | None = None, **attrs: Any
) -> SafeString:
    """One tab; `count` in grey after its name."""
    return format_html(
        '<li><a class="tab" href="{}"{}{}>{}{}</a></li>',
        href,
        mark_safe(' aria-current="page"') if current else _EMPTY,
        _attrs(attrs),
        label,
        format_html(' <span class="tab__count">{}</span>', count) if count is not None else _EMPTY,
    )


def _with_page(context: Context, number: int, parameter: str) -> str:
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is None:
        return f"?{parameter}={number}"
    query[parameter] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def pager(
    context: Context, page: Any, *, parameter: str = "page", target: str = "", words: str = ""
) -> SafeString:
    """Previous and next of a Django page (or any object with `number`, `has_previous()`,
    `has_next()`); keeps the other parameters of the address. `words` replaces « Page 2 sur 7 »
    when the total is not counted. `target` makes htmx swap that element only."""
    before, after = page.has_previous(), page.has_next()
    if not before and not after:
        return _EMPTY
    paginator = getattr(page, "paginator", None)
    if not words:
        words = f"Page {page.number}"
        if paginator is not None:
            words += f" sur {paginator.num_pages}"

    def link(number: int, label: str, shape: str) -> SafeString:
        address = _with_page(context, number, parameter)
        more: dict[str, Any] = {}
        if target:
            more = {"hx_get": address, "hx_target": f"#{target}", "hx_push_url": "true"}
        return link_button(label, href=address, icon=shape, **more)

    return format_html(
        '<nav class="pager" aria-label="Pages">{}<span class="pager__where">{}</span>{}</nav>',
        link(page.number - 1, "Précédent", "chevron-left")
        if before
        else mark_safe("<span></span>"),
        words,
        link(page.number + 1, "Suivant", "chevron-right") if after else mark_safe("<span></span>"),
    )


@register.simple_block_tag
def filters_list(content: str, *, title: str) -> SafeString:
    """A group of filters written as words with their counts: `filter_link` inside."""
    return format_html(
        '<div class="filters"><h3 class="filters__title">{}</h3><ul>{}</ul></div>', title, content
    )


@register.simple_tag
def filter_link(
    label: str, *, href: str, count: int | str | None = None, current: bool = False, **attrs: Any
) -> SafeString:
    """One filter. The current one leads back to the page without it."""
    return format_html(
        '<li><a class="filter" href="{}"{}{}><span>{}{}</span>{}</a></li>',
        href,
        mark_safe(' aria-current="true"') if current else _EMPTY,
        _attrs(attrs),
        label,
        visually_hidden(" : retirer ce filtre") if current else _EMPTY,
        format_html('<span class="filter__count">{}</span>', count)
        if count is not None
        else _EMPTY,
    )


# -- Forms -----------------------------------------------------------------------------------------


def _widget_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.DateInput):
        return "input input--date"
    if isinstance(widget, forms.TimeInput):
        return "input input--time"
    if isinstance(widget, forms.NumberInput):
        return "input input--number"
    return "input"


def _error_lines(name: str, errors: Iterable[Any]) -> SafeString:
    lines = format_html_join(
        "", "<li>{}<span>{}</span></li>", ((_icon("circle-alert"), error) for error in errors)
    )
    return (
        format_html('<ul class="field__errors" id="{}-erreurs">{}</ul>', name, lines)
        if lines
        else _EMPTY
    )


def _widget_attrs(bound: BoundField, described: str, attrs: Mapping[str, Any]) -> dict[str, Any]:
    _attrs(attrs)  # refuses what a component does not take
    given: dict[str, Any] = {key.replace("_", "-"): value for key, value in attrs.items()}
    widget = bound.field.widget
    if described:
        given["aria-describedby"] = described
    if bound.errors:
        given["aria-invalid"] = "true"
    if not isinstance(widget, _TICKED):
        given["class"] = f"{_widget_class(widget)} {widget.attrs.get('class', '')}".strip()
    return given


_TICKED = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.CheckboxInput)


@register.simple_tag
def field(
    bound: BoundField,
    *,
    label: str = "",
    help: str = "",
    wide: bool = False,
    optional_word: bool = True,
    **attrs: Any,
) -> SafeString:
    """A field of a Django form with its label, help, errors and the links between them."""
    if not isinstance(bound, BoundField):
        raise BadComponent(f"field takes a field of a form, not {bound!r}")
    widget = bound.field.widget
    if bound.is_hidden:
        return SafeString(bound)
    name = bound.auto_id or bound.html_name
    words, note = label or bound.label, help or bound.help_text
    described = " ".join([f"{name}-aide"] * bool(note) + [f"{name}-erreurs"] * bool(bound.errors))
    control = bound.as_widget(attrs=_widget_attrs(bound, described, attrs))
    below = format_html(
        "{}{}",
        format_html('<div class="field__help" id="{}-aide">{}</div>', name, note) if note else "",
        _error_lines(name, bound.errors),
    )
    kind = "field field--wide" if wide else "field"
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="{}"><label class="check">{}<span>{}</span></label>{}</div>',
            kind, control, words, below,
        )  # fmt: skip
    if optional_word and not bound.field.required:
        words = format_html('{} <span class="field__optional">(facultatif)</span>', words)
    if isinstance(widget, _TICKED):
        return format_html(
            '<fieldset class="{}"{}><legend>{}</legend>{}'
            '<div class="field__choices">{}</div></fieldset>',
            kind,
            format_html(' aria-describedby="{}"', described) if described else _EMPTY,
            words, below, control,
        )  # fmt: skip
    return format_html(
        '<div class="{}"><label class="field__label" for="{}">{}</label>{}{}</div>',
        kind, bound.id_for_label, words, below, control,
    )  # fmt: skip


_COPY_BUTTON = SafeString(
    '<span class="js-only"><button class="button" type="button" data-ui-copy-button>'
    "{}<span>Copier</span></button></span>"
)


@register.simple_tag
def copy_field(label: str, *, value: str, id: str, help: str = "") -> SafeString:
    """Something to copy, an address mostly: to be selected by hand, or by the button of the
    script."""
    note = format_html('<div class="field__help" id="{}-aide">{}</div>', id, help) if help else ""
    return format_html(
        '<div class="field copy" data-ui-copy><label class="field__label" for="{}">{}</label>{}'
        '<div class="copy__line"><input class="input" id="{}" value="{}" readonly'
        ' autocomplete="off"{}>{}</div>'
        '<p class="copy__said" role="status" data-ui-said></p></div>',
        id, label, note, id, value,
        format_html(' aria-describedby="{}-aide"', id) if help else _EMPTY,
        format_html(_COPY_BUTTON, _icon("copy")),
    )  # fmt: skip


@register.simple_tag
def form_errors(form: forms.BaseForm) -> SafeString:
    """What is wrong, on top, each line leading to its field; nothing when nothing is."""
    if not form.is_bound or not form.errors:
        return _EMPTY
    lines = [format_html("<li>{}</li>", error) for error in form.non_field_errors()]
    for bound in form:
        lines.extend(
            format_html(
                '<li><a href="#{}">{} : {}</a></li>', bound.id_for_label, bound.label, error
            )
            for error in bound.errors
        )
    title = (
        "Une chose est à corriger" if len(lines) == 1 else f"{len(lines)} choses sont à corriger"
    )
    return format_html(
        '<div class="error-summary" role="alert" tabindex="-1" data-ui-focus>'
        "<h2>{}</h2><ul>{}</ul></div>",
        title,
        mark_safe("".join(lines)),  # noqa: S308 - joined from format_html
    )


@register.simple_block_tag(takes_context=True)
def confirm_panel(
    context: Context,
    content: str,
    *,
    title: str,
    action: str,
    confirm: str,
    cancel_href: str,
    cancel: str = "Annuler",
    tone: Literal["primary", "danger"] = "primary",
    icon: str = "",
    level: int = 1,
) -> SafeString:
    """A page that asks before the irreversible: a sentence inside (and hidden fields, if any),
    the verb on the button, and the way back. There is no dialog box in the house."""
    _one_of(Literal["primary", "danger"], tone, "tone")
    return format_html(
        '<form class="card card--{} form l-reading" method="post" action="{}">{}<h{}>{}</h{}>'
        '<div class="prose">{}</div><div class="actions">{}{}</div></form>',
        "danger" if tone == "danger" else "attention",
        action,
        _csrf(context),
        level,
        title,
        level,
        content,
        button(confirm, variant=tone, icon=icon),
        link_button(cancel, href=cancel_href, variant="quiet"),
    )


@register.simple_tag
def search_box(
    *,
    action: str,
    value: str = "",
    label: str = "Rechercher",
    placeholder: str = "Rechercher un document, une séance…",
    name: str = "q",
    target: str = "",
    replace_url: bool = False,
    large: bool = False,
    shortcut: bool = False,
    autofocus: bool = False,
    kept: Sequence[tuple[str, str]] = (),
) -> SafeString:
    """A real search form (GET). With `target` the results arrive while typing, in the element of
    that id, which is also the name of the page's partial. `shortcut` answers to the key « / ».
    `kept`: what else of the address a new question keeps, as names and values."""
    live = (
        format_html(
            ' hx-get="{}" hx-target="#{}" hx-sync="this:replace" hx-indicator="#{}"'
            ' hx-trigger="input changed delay:250ms from:find input, submit"{}',
            action,
            target,
            target,
            mark_safe(' hx-replace-url="true"') if replace_url else _EMPTY,
        )
        if target
        else _EMPTY
    )
    return format_html(
        '<form class="search{}" role="search" method="get" action="{}"{}>'
        '<span class="search__icon">{}</span>'
        '<input class="input" type="search" name="{}" value="{}" placeholder="{}" aria-label="{}"'
        ' autocomplete="off" spellcheck="false" maxlength="200"{}{}>{}'
        '{}<button class="visually-hidden" type="submit">{}</button></form>',
        " search--large" if large else "",
        action,
        live,
        _icon("search"),
        name,
        value,
        placeholder,
        label,
        mark_safe(' data-ui-shortcut="/"') if shortcut else _EMPTY,
        mark_safe(" autofocus") if autofocus else _EMPTY,
        mark_safe('<kbd class="search__key js-only" aria-hidden="true">/</kbd>')
        if shortcut
        else _EMPTY,
        format_html_join("", '<input type="hidden" name="{}" value="{}">', kept),
        label,
    )


@register.inclusion_tag("components/file_drop.html", takes_context=True)
def file_drop(
    context: Context,
    *,
    action: str,
    where: str,
    name: str = "files",
    photos: str = "",
    accept: str = "",
    anywhere: bool = True,
    compact: bool = False,
    primary: bool = True,
    refresh: str = "",
    prepare: str = "",
    id: str = "deposer",
) -> dict[str, Any]:
    """Where files are dropped: one form, which the script turns into several sendings with their
    progress. `where` names the folder they land in; `anywhere` accepts a drop on the whole page;
    `compact` leaves out the frame, for the actions of a page's heading; `primary` is
    False where the page has its one door elsewhere; `refresh` is the id of
    the list (and of its partial) that shows what has arrived.

    Without JavaScript it posts the chosen files as `name`. With it, each file is posted alone to
    the same address with `Accept: application/json`; the view answers 201 `{"title", "url",
    "message"}`, 409 `{"reason"}` when the name is taken (posted again with `choice=version` or
    `both`), or 4xx `{"reason"}`. `photos` is the address of the page where pages
    are photographed. `prepare` is the address that makes folders, says which names are
    taken and where large files go in parts: with it, whole folders may be dropped.
    """
    return {
        "action": action, "where": where, "name": name, "photos": photos, "accept": accept,
        "anywhere": anywhere, "compact": compact, "primary": primary,
        "refresh": refresh, "prepare": prepare,
        "id": id, "csrf": _csrf(context),
    }  # fmt: skip


@register.simple_block_tag(takes_context=True)
def sort_list(context: Context, content: str, *, action: str, label: str) -> SafeString:
    """A list put in order by hand: `sort_item` inside, in their present order.

    Dragging or the little buttons send the form at once: `order` (every id, in the new order) and
    `moved`. Without JavaScript the little buttons post `move=<id>:up` or `move=<id>:down`.
    """
    return format_html(
        '<form method="post" action="{}" data-ui-sortable data-ui-library="{}">{}'
        '<ol class="sortable" aria-label="{}">{}</ol>'
        '<p class="visually-hidden" role="status" data-ui-said></p></form>',
        action, _static("vendor/sortable/Sortable.min.js"), _csrf(context), label, content,
    )  # fmt: skip


@register.simple_tag
def sort_heading(*, id: object, label: str) -> SafeString:
    """A heading among the lines of `sort_list`: it does not move, lines pass above and below it.

    Its `id` is in `order` too, so that the view knows under which heading each line stands.
    """
    return format_html(
        '<li class="sortable__heading">{}<input type="hidden" name="order" value="{}"></li>',
        label, id,
    )  # fmt: skip


@register.simple_block_tag
def sort_item(
    content: str, *, id: object, label: str, first: bool = False, last: bool = False
) -> SafeString:
    """One line of `sort_list`; `label` names it in the little buttons."""

    def move(way: str, words: str, shape: str, off: bool) -> SafeString:
        return format_html(
            '<button class="button button--quiet" type="submit" name="move" value="{}:{}"'
            ' data-ui-move="{}"{}>{}{}</button>',
            id, way, way, mark_safe(" disabled") if off else _EMPTY, _icon(shape),
            visually_hidden(f"{words} : {label}"),
        )  # fmt: skip

    return format_html(
        '<li class="sortable__item" data-id="{}">'
        '<span class="sortable__handle" data-ui-handle>{}</span>'
        '<div>{}</div><div class="sortable__moves">{}{}</div>'
        '<input type="hidden" name="order" value="{}"></li>',
        id, _icon("grip-vertical"), content,
        move("up", "Monter", "arrow-up", first), move("down", "Descendre", "arrow-down", last), id,
    )  # fmt: skip


# -- What the house says ---------------------------------------------------------------------------

_UNDO = "undo="


def undo(url: str) -> str:
    """The `extra_tags` of a flash message that offers to undo: a POST to `url`."""
    return _UNDO + url


@register.inclusion_tag("components/flash.html", takes_context=True)
def flash_messages(context: Context) -> dict[str, Any]:
    """What has just been done, with « Annuler » when the view passed `extra_tags=undo(url)`."""
    shown = []
    for message in context.get("messages") or ():
        tone = {"error": "danger", "warning": "warn", "success": "success"}.get(
            message.level_tag, "info"
        )
        words = (message.extra_tags or "").split()
        url = next((w.removeprefix(_UNDO) for w in words if w.startswith(_UNDO)), "")
        shape = {"success": "circle-check", "info": "info"}.get(tone, "triangle-alert")
        shown.append({"tone": tone, "text": str(message), "undo": url, "icon": shape})
    return {"shown": shown, "csrf": _csrf(context) if any(m["undo"] for m in shown) else ""}


@register.simple_tag
def deadline(
    text: str, *, left: str = "", tone: Literal["calm", "soon", "late"] = "calm"
) -> SafeString:
    """A delay in one sentence, then what is left of it (« Il vous reste 2 jours. »)."""
    _one_of(Literal["calm", "soon", "late"], tone, "tone")
    return format_html(
        '<p class="deadline deadline--{}">{}<span>{}{}</span></p>',
        tone,
        _icon("clock" if tone == "calm" else "triangle-alert"),
        text,
        format_html(' <span class="deadline__left">{}</span>', left) if left else _EMPTY,
    )


@register.simple_tag
def progress(value: float, *, maximum: float = 100, label: str, words: str = "") -> SafeString:
    """How far a task or a module has come; `words` says it (« 3 étapes sur 7 »)."""
    return format_html(
        '<div class="progress"><div class="progress__words"><span>{}</span><span>{}</span></div>'
        '<progress value="{}" max="{}" aria-label="{}">{}</progress></div>',
        label, words, f"{value:g}", f"{maximum:g}", label, words,
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of a frieze, deduced from facts. `detail` is the date of what is done, or the
    reason why it is blocked; `action_*` is what unblocks it."""

    label: str
    state: StepState
    detail: str = ""
    action_label: str = ""
    action_href: str = ""


_STEP_WORDS = {"done": "fait", "current": "en cours", "blocked": "bloqué", "todo": "à venir"}
_STEP_ICONS = {"done": "check", "blocked": "triangle-alert"}


@register.simple_tag
def frieze(steps: Sequence[Step], *, label: str = "Avancement de la séance") -> SafeString:
    """The steps of a séance; under them what blocks, and the button that unblocks it."""
    lines = []
    for step in steps:
        _one_of(StepState, step.state, "state")
        # The reason stands below with its way out; the step itself only says that it is stopped.
        detail = "bloqué" if step.state == "blocked" and step.action_href else step.detail
        shape = _STEP_ICONS.get(step.state, "")
        lines.append(
            format_html(
                '<li class="frieze__step frieze__step--{}"{}><span class="frieze__mark{}">{}</span>'
                '<span class="frieze__label">{}{}</span>{}</li>',
                step.state,
                mark_safe(' aria-current="step"') if step.state == "current" else _EMPTY,
                "" if shape else " frieze__mark--number",
                _icon(shape),
                step.label,
                visually_hidden(f" ({_STEP_WORDS[step.state]})"),
                format_html('<span class="frieze__detail">{}</span>', detail) if detail else _EMPTY,
            )
        )
    ways_out = [
        format_html(
            '<div class="frieze-block"><p><strong>{} :</strong> {}</p>{}</div>',
            step.label,
            step.detail,
            link_button(step.action_label, href=step.action_href, variant="primary"),
        )
        for step in steps
        if step.state == "blocked" and step.action_href
    ]
    return format_html(
        '<ol class="frieze" aria-label="{}">{}</ol>{}',
        label,
        mark_safe("".join(lines)),  # noqa: S308 - joined from format_html
        mark_safe("".join(ways_out)),  # noqa: S308 - joined from format_html
    )


@register.inclusion_tag("components/pdf_reader.html")
def pdf_reader(
    *, src: str, title: str, download: str = "", tall: bool = False, page: int = 1
) -> dict[str, Any]:
    """The reader of a PDF of this site: pages one under the other, with their text. Without
    JavaScript, the link that opens it."""
    return {
        "src": src, "title": title, "download": download or src, "tall": tall, "page": page,
        "library": _static("vendor/pdfjs/pdf.min.mjs"),
        "worker": _static("vendor/pdfjs/pdf.worker.min.mjs"),
        "fonts": static_folder("vendor/pdfjs/standard_fonts/"),
        "wasm": static_folder("vendor/pdfjs/wasm/"),
    }  # fmt: skip


def static_folder(path: str) -> str:
    """The address of a folder of static files (its files keep their plain names there)."""
    return f"{settings.STATIC_URL}{path}"


# -- The frame of every page -----------------------------------------------------------------------


def _address(name: str, organisation: str = "") -> str:
    """The URL of that name, or nothing while the page does not exist."""
    try:
        return address(name, organisation) if organisation else address(name)
    except NoReverseMatch:
        return ""


class _Address(URLNode):
    """`{% url %}` with its arguments by position, resolved once for all pages."""

    def render(self, context: Context) -> str:
        name = self.view_name.resolve(context)
        if self.kwargs or not name:
            return str(super().render(context))
        try:
            url = address(name, *(arg.resolve(context) for arg in self.args))
        except NoReverseMatch:
            return str(super().render(context))  # which may know of it otherwise, or raises
        if self.asvar:
            context[self.asvar] = url
            return ""
        return str(conditional_escape(url)) if context.autoescape else url


@register.tag
def url(parser: Parser, token: Token) -> _Address:
    """Django's own tag, drawn faster: a page names dozens of addresses."""
    found = django_url(parser, token)
    return _Address(found.view_name, found.args, found.kwargs, found.asvar)


@register.simple_tag
def page_url(name: str, *, org: str = "") -> str:
    """The address of a page of the frame, empty when this site has no such page."""
    return _address(name, org)


@register.simple_tag(takes_context=True)
def nav_link(
    context: Context,
    name: str,
    label: str,
    *,
    icon: str,
    org: str = "",
    exact: bool = False,
    more: bool = False,
    apart: bool = False,
) -> SafeString:
    """A line of the rail, or nothing while the page does not exist. `more` has no room in the
    bottom bar of a phone (the person's menu has it there); `apart` stands under a line."""
    target = _address(name, org)
    if not target:
        return _EMPTY
    request = context.get("request")
    path = request.path if request is not None else ""
    here = path == target if exact else path.startswith(target)
    return format_html(
        '<li class="rail__item{}{}"><a class="rail__link" href="{}"{}>{}<span>{}</span></a></li>',
        " rail__more" if more else "",
        " rail__apart" if apart else "",
        target,
        mark_safe(' aria-current="page"') if here else _EMPTY,
        _icon(icon),
        label,
    )


@register.inclusion_tag("components/top_search.html", takes_context=True)
def top_search(context: Context, *, org: str) -> dict[str, Any]:
    """The search of the top bar: results under it while typing, in place on the search page."""
    target = _address("documents:search", org)
    request = context.get("request")
    here = request is not None and request.path == target
    if not here or request is None:
        return {"address": target, "here": here, "query": "", "kept": []}
    # A new question keeps the filters, and starts at its first page.
    kept = [(name, value) for name, value in request.GET.items() if name not in ("q", "page")]
    return {"address": target, "here": here, "query": request.GET.get("q", "")[:200], "kept": kept}


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """` data-theme="…"` of `<html>` when this browser chose one; else the system's."""
    request = context.get("request")
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request is not None else ""
    return format_html(' data-theme="{}"', chosen) if chosen in THEMES else _EMPTY


@register.inclusion_tag("components/theme_choice.html")
def theme_choice() -> dict[str, Any]:
    """The choice of light, dark or strong contrast (kept in a cookie by the script)."""
    return {"themes": [("", "Comme mon appareil"), *THEMES.items()]}


@register.simple_tag
def crest() -> SafeString:
    """The mark of the house, a door on its square, in the commune's colour."""
    return mark_safe(
        '<svg class="crest" viewBox="0 0 32 32" aria-hidden="true" focusable="false">'
        '<path fill="currentColor" d="M6 27V13.5C6 7.7 10.5 3 16 3s10 4.7 10 10.5V27h-6.2V14.2'
        'c0-2.3-1.7-4.2-3.8-4.2s-3.8 1.9-3.8 4.2V27z"/>'
        '<path fill="currentColor" d="M2 28h28v2H2z"/></svg>'
    )
