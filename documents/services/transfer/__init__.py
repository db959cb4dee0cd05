"""Taking a tree out whole, and putting it back: files, versions, rights, comments.

The format is described in docs/transfer.md: a ZIP that anybody can open, with a manifest that
Parvis can read again.
"""
