"""Wiring of Parvis: settings, addresses, worker; `config.lib` and `config.work` are its floors."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
