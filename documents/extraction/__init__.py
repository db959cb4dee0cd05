"""From a file to its words: what it is (`sniff`), its text (`extract`), its scans (`ocr_pages`).

Pure: no Django, no database, no name of a user's file. Hostile files are read by a sandboxed
helper process (`pool`, `child`, `sandbox`); this side only moves bytes and checks what comes back.
"""

from documents.extraction.pool import (
    ExtractionPool,
    HelperUnavailable,
    Picture,
    close_shared_pool,
    extract,
    ocr_pages,
    read_codes,
    read_html,
    read_looks,
    shared_pool,
    with_ocr,
)
from documents.extraction.readers import HTML_TYPES, MAIL_TYPES, SHEET_TYPES
from documents.extraction.results import (
    DEFAULT_LIMITS,
    Extraction,
    Limits,
    PageText,
    Problem,
    State,
)
from documents.extraction.sniffing import Kind, Sniffed, kind_of, sniff

__all__ = [
    "DEFAULT_LIMITS",
    "HTML_TYPES",
    "MAIL_TYPES",
    "SHEET_TYPES",
    "Extraction",
    "ExtractionPool",
    "HelperUnavailable",
    "Kind",
    "Limits",
    "PageText",
    "Picture",
    "Problem",
    "Sniffed",
    "State",
    "close_shared_pool",
    "extract",
    "kind_of",
    "ocr_pages",
    "read_codes",
    "read_html",
    "read_looks",
    "shared_pool",
    "sniff",
    "with_ocr",
]
