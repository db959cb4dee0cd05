"""French words that rules alone would get wrong, read from a sorted file without loading it.

`french.txt` holds lines ``form<TAB>keys``. It is mapped, not read: its pages are shared by every
process, and a look-up touches about seventeen of its lines.

Made by ``python -m documents.search.lexicon Lexique383.tsv`` from Lexique 3.83 by Boris New and
Christophe Pallier (http://www.lexique.org), under CC BY-SA 4.0, as `french.txt` is.
"""

from __future__ import annotations

import mmap
from pathlib import Path

FILE = Path(__file__).with_name("french.txt")


class Lexicon:
    """The lines of one sorted file."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._lines = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)

    def find(self, form: str) -> str | None:
        """What the file says of a form, or None."""
        lines = self._lines
        wanted = form.encode() + b"\t"
        length = len(wanted)
        low, high = 0, len(lines)
        while low < high:
            middle = (low + high) // 2
            start = lines.rfind(b"\n", low, middle) + 1 or low
            end = lines.find(b"\n", middle, high)
            if end < 0:
                end = high
            seen = lines[start : start + length]
            if seen == wanted:
                return lines[start + length : end].decode()
            if seen < wanted:
                low = end + 1
            else:
                high = start
        return None


FRENCH = Lexicon(FILE)
