"""Tokens of personal links: what they say, and that nobody else can make one."""

import base64
import datetime as dt
import logging
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.link_tokens import Link, MaskTokens, mask, mint, read

LINK = Link(UUID("4f7a1d52-8a3e-4a51-9a14-0d6a3f6f2b11"), 1, dt.date(2026, 12, 15))


def test_a_token_says_what_it_was_made_from() -> None:
    assert read(mint(LINK)) == LINK


@given(
    st.uuids(),
    st.integers(1, 0xFFFF),
    st.dates(dt.date(2020, 1, 1), dt.date(2150, 1, 1)),
)
def test_every_link_comes_back(uid: UUID, generation: int, day: dt.date) -> None:
    link = Link(uid, generation, day)
    assert read(mint(link)) == link


@given(st.integers(0, 53), st.sampled_from("ABab09-_"))
def test_one_changed_character_is_enough_to_refuse(place: int, other: str) -> None:
    token = mint(LINK)
    changed = token[:place] + other + token[place + 1 :]
    assert (read(changed) is not None) == (changed == token)


@pytest.mark.parametrize("token", ["", "x", "é" * 54, "A" * 54, "A" * 5000, "../../etc", "=" * 54])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert read(token) is None


def test_another_key_makes_other_tokens(settings: object) -> None:
    token = mint(LINK)
    settings.LINK_KEY = "another-key"  # type: ignore[attr-defined]
    assert read(token) is None


def test_the_key_itself_signs_nothing(settings: object) -> None:
    """The derived key is for this purpose only: a signature made elsewhere with LINK_KEY is no
    token."""
    import hashlib
    import hmac

    payload = base64.urlsafe_b64decode(mint(LINK) + "==")[:20]
    forged = (
        payload
        + hmac.digest(
            settings.LINK_KEY.encode(),  # type: ignore[attr-defined]
            payload,
            hashlib.sha256,
        )[:20]
    )
    assert read(base64.urlsafe_b64encode(forged).rstrip(b"=").decode()) is None


def test_logs_have_no_token() -> None:
    record = logging.LogRecord(
        "django.request",
        logging.WARNING,
        "x.py",
        1,
        "Gone: %s",
        (f"/dossier/lien/{mint(LINK)}/",),
        None,
    )
    assert MaskTokens().filter(record)
    assert record.getMessage() == "Gone: /dossier/lien/…/"
    assert mask("GET /dossier/lien/court/ 404") == "GET /dossier/lien/court/ 404"
