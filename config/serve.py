"""The web server of several workers: all is loaded once, then they are forked and share it.

    python -m config.serve config.wsgi:application --interface wsgi --workers 2 …

takes the options of granian. A worker alone weighs 95 MB of its own; two that share what they were
forked with weigh 60 each. The demonstration has one worker, which would share with nobody.
"""

from __future__ import annotations

import gc
import os
import sys


def load() -> None:
    """Import the application and its addresses, and keep the collector off them: what is never
    written to stays shared. Nothing is opened here: no connection, no thread crosses a fork."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
    from django.urls import get_resolver

    from config import wsgi

    assert wsgi.application is not None  # noqa: S101 - its import is what is wanted
    get_resolver()._populate()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    load()
    from granian.cli import entrypoint

    sys.argv[0] = "granian"
    entrypoint()
