"""The square code at the foot of every page of an act: which act, which page.

A scan of twelve signed acts is taken apart by it. Capitals and digits only, 37 signs: the
smallest square that a town hall's scanner reads without fail at 150 dots per inch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

#: Codes are drawn beforehand, page by page; pages beyond share the last.
MOST_PAGES = 60
_CODE = re.compile(r"^P1([0-9A-F]{32})(\d{3})$")


@dataclass(frozen=True, slots=True)
class PageCode:
    """One page of one printed act (or of one set of minutes)."""

    uid: UUID
    page: int

    @property
    def text(self) -> str:
        """What the code says."""
        return f"P1{self.uid.hex.upper()}{min(self.page, 999):03d}"


def read_code(text: str) -> PageCode | None:
    """The page meant by a code, None when it is not one of ours."""
    found = _CODE.match(text.strip())
    return PageCode(UUID(found[1]), int(found[2])) if found else None


def drawings(uid: UUID, pages: int = MOST_PAGES) -> list[str]:
    """The codes of the pages 1, 2, 3… as SVG pictures."""
    import zxingcpp  # carried only by the process that prints

    return [
        zxingcpp.create_barcode(
            PageCode(uid, page).text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"
        ).to_svg(add_quiet_zones=True)
        for page in range(1, pages + 1)
    ]
