"""Addresses of opened documents carry a right: logs say them without their token.

No model is imported: logging is configured before the applications are.
"""

import logging
import re

_TOKEN = re.compile(r"(/dav/~/)[A-Za-z0-9_-]{6,}")


class MaskOpened(logging.Filter):
    """A logging filter; it keeps every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = _TOKEN.sub(r"\1…", message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True
