"""Signing in by identifier and password. Rights on content never come from here."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend


class IdentifierBackend(ModelBackend):
    """Django's own check of a password, which takes as long for an unknown identifier."""
