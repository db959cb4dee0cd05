"""Figures of the project and what they are measured on. Not part of the running product."""
