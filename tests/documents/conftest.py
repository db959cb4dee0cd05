"""Fixtures of the tests of documents."""

from tests.documents.tree_of_cast import tree

__all__ = ["tree"]
