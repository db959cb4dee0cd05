"""Addresses written quickly are those that Django writes."""

from uuid import uuid4

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse

from config.lib.addresses import address


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
