"""The score of the search, printed.

    python -m bench.search_quality [DISTRACTORS] [--all]

Starts servers of its own, files the documents of the pairs among the distractors (2,000 unless
told), asks every question as the page does, and prints recall in the first ten and confusion: of
the third that is held out, then of what rules may be tuned on. What missed is listed for the
latter only, unless `--all`: who reads the list of the former can no longer count on its figure.
"""

# ruff: noqa: T201

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path


def main(distractors: int, *, show_all: bool = False) -> None:
    """Build, ask, print, stop."""
    import django

    from config.lib.embedded import EmbeddedServers

    state = Path(tempfile.mkdtemp(prefix="parvis-quality-"))
    state.chmod(0o711)
    servers = EmbeddedServers(state, durable=False)
    try:
        addresses = servers.start()
        os.environ.update(
            addresses.environment()
            | {
                "DATABASE_URL": addresses.owner_url,
                "PARVIS_STORAGE_DIR": str(state / "files"),
                "SECRET_KEY": "quality" * 10,
                "LINK_KEY": "quality-links" * 4,
                "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            }
        )
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from bench.search_quality.filing import fill, finder
        from bench.search_quality.score import score

        call_command("migrate", verbosity=0)
        actor = fill(distractors)
        find = finder(actor)
        for name, held_out in (("held out", True), ("tuned on", False)):
            told = score(find, held_out=held_out)
            print(
                f"{name}: recall@10 {told.recall:.3f} of {told.pairs} pairs, "
                f"confusion {told.confusion:.3f} of {told.neighbours}"
            )
            if show_all or not held_out:
                for pair in told.missed:
                    print(f"  missed [{pair.kind}] {pair.question!r} -> {pair.title} | {pair.text}")
                for couple in told.confused:
                    print(f"  confused {couple.question!r}: {couple.neighbour!r}")
        connection.close()
    finally:
        servers.stop()
        shutil.rmtree(state, ignore_errors=True)


if __name__ == "__main__":
    numbers = [int(value) for value in sys.argv[1:] if value.isdecimal()]
    main(*(numbers or [2000]), show_all="--all" in sys.argv)
