"""Addresses written quickly are those that Django writes."""

from uuid import uuid4

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse

from config.lib.addresses import address
from config.lib.form_drawing import Renderer


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("accounts:home", ("saint-aubin",)),
        ("documents:document", ("saint-aubin", uuid4())),
        ("documents:document", ("saint-aubin", str(uuid4()))),
        ("accounts:switch", ()),
        ("training:module", ("saint-aubin", "nommer-et-classer")),
    ],
)
def test_an_address_is_the_one_that_django_writes(name: str, args: tuple[object, ...]) -> None:
    assert address(name, *args) == address(name, *args) == reverse(name, args=args)
    said = " ".join(f"a{number}" for number in range(len(args)))
    drawn = Template(f"{{% url '{name}' {said} %}}").render(
        Context({f"a{number}": arg for number, arg in enumerate(args)})
    )
    assert drawn == reverse(name, args=args)


@pytest.mark.parametrize("args", [("a/b", uuid4()), ("saint aubin", uuid4()), ("ok",), ("ok", 3)])
def test_what_django_refuses_is_refused(args: tuple[object, ...]) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("documents:document", args=args)
    with pytest.raises(NoReverseMatch):
        address("documents:document", *args)


class Everything(forms.Form):
    text = forms.CharField(max_length=9)
    number = forms.IntegerField(required=False, min_value=3)
    day = forms.DateField(initial="2026-11-22")
    tick = forms.BooleanField(initial=True)
    hidden = forms.CharField(widget=forms.HiddenInput)
    secret = forms.CharField(widget=forms.PasswordInput(attrs={"autofocus": True, "x": False}))
    mail = forms.EmailField(widget=forms.EmailInput(attrs={"placeholder": "<b>&\"'"}))
    choice = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)


@pytest.mark.parametrize("data", [None, {"text": '"><script>', "number": "x", "tick": "on"}])
def test_a_form_is_drawn_to_the_letter_as_django_draws_it(data: dict[str, str] | None) -> None:
    ours = Everything(data, renderer=Renderer())
    theirs = Everything(data, renderer=DjangoTemplates())
    assert ours.as_div() == theirs.as_div()
    assert [str(field) for field in ours] == [str(field) for field in theirs]
