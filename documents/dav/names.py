"""Names on the drive: which are not documents, and how a path is written in an address."""

from __future__ import annotations

import re
from urllib.parse import quote

from config.lib.text import clean_name

SHARED = "Partagés avec moi"

# What programmes and systems write for themselves. A document of a town hall has no such name; the
# few that had one are seen on the pages, not on the drive.
_TRANSIENT = re.compile(
    r"""^(
        \..*                            # .DS_Store, ._note.docx, .~lock.note.odt#, .Trash-1000…
      | ~\$.*                           # Word, Excel: who has it open
      | ~wr[a-z]\d*\.tmp | .*~wr[a-z]\d+\.tmp
      | .*\.(tmp|temp|swp|swx|part|partial|crdownload|bak~)
      | .*~                             # editors' copies
      | lu[0-9a-z]+\.tmp_?              # LibreOffice
      | thumbs\.db | desktop\.ini | autorun\.inf
      | \$recycle\.bin | system\ volume\ information
    )$""",
    re.X | re.I,
)


def is_transient(name: str) -> bool:
    """Whether a programme writes this name for itself: kept apart, seen by its author alone."""
    return bool(_TRANSIENT.match(name))


def segments(rest: str) -> tuple[str, ...]:
    """The names of a path already unquoted. Empty ones are skipped; `.` and `..` never climb."""
    return tuple(part for part in rest.split("/") if part not in {"", ".", ".."})


def as_stored(name: str) -> str:
    """The name that a document filed under this one will have."""
    return clean_name(name).strip(". ")


def href(prefix: str, path: tuple[str, ...], *, collection: bool) -> str:
    """The address of a path, quoted."""
    joined = "/".join(quote(part, safe="!$&'()*+,;=:@-._~") for part in path)
    return f"{prefix}{joined}{'/' if collection and joined else ''}"
