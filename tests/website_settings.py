"""The web process of the tests that start a real one: as in production, with its pool.

The pool of the tests' own process is off, because it would keep databases open that they drop;
this process ends before that.
"""

from config.settings.base import DATABASE_POOL_SIZE
from config.settings.test import *  # noqa: F403
from config.settings.test import DATABASES

DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"]["OPTIONS"],  # type: ignore[dict-item]
    "pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 10},
}
