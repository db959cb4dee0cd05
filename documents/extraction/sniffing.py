"""What a file is, from its bytes; its name is only believed between kinds of plain text.

Runs in the web process at upload, so it is cheap and bounded: a few reads of at most 1 MB, no
decompression, no library, nothing executed. Whatever the bytes, it answers.
"""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

_HEAD = 64 * 1024
_CENTRAL_CAP = 1024 * 1024
_OLE_SECTORS_CAP = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file. `label` as shown ("image JPEG"), `article` for a sentence ("une image JPEG").

    `inline` says how a browser may show it without danger: "pdf", "image" (drawn again by us
    first), "text" (escaped by us), or "" (download only).
    """

    media_type: str
    label: str
    article: str
    extensions: tuple[str, ...]
    inline: str = ""

    @property
    def named(self) -> str:
        return f"{self.article} {self.label}"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What `sniff` found. `notice` is a French sentence when the name lies, else empty."""

    media_type: str
    label: str
    extension: str
    matches_name: bool
    notice: str
    inline: str


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_KINDS = [
    Kind("application/pdf", "PDF", "un", ("pdf",), "pdf"),
    Kind("image/jpeg", "image JPEG", "une", ("jpg", "jpeg", "jpe", "jfif"), "image"),
    Kind("image/png", "image PNG", "une", ("png",), "image"),
    Kind("image/gif", "image GIF", "une", ("gif",), "image"),
    Kind("image/tiff", "image TIFF", "une", ("tif", "tiff"), "image"),
    Kind("image/webp", "image WebP", "une", ("webp",), "image"),
    Kind("image/heic", "photo HEIC", "une", ("heic", "heif"), "image"),
    Kind("image/avif", "image AVIF", "une", ("avif",), "image"),
    Kind("image/bmp", "image BMP", "une", ("bmp",), "image"),
    Kind("image/svg+xml", "dessin SVG", "un", ("svg",)),
    Kind("image/vnd.dwg", "plan AutoCAD (DWG)", "un", ("dwg",)),
    Kind(f"{_OOXML}.wordprocessingml.document", "document Word", "un", ("docx", "docm", "dotx")),
    Kind(f"{_OOXML}.spreadsheetml.sheet", "classeur Excel", "un", ("xlsx", "xlsm", "xltx")),
    Kind(
        f"{_OOXML}.presentationml.presentation",
        "présentation PowerPoint",
        "une",
        ("pptx", "pptm", "ppsx", "potx"),
    ),
    Kind(f"{_ODF}.text", "document OpenDocument", "un", ("odt", "ott")),
    Kind(f"{_ODF}.spreadsheet", "classeur OpenDocument", "un", ("ods", "ots")),
    Kind(f"{_ODF}.presentation", "présentation OpenDocument", "une", ("odp", "otp")),
    Kind(f"{_ODF}.graphics", "dessin OpenDocument", "un", ("odg",)),
    Kind("application/msword", "document Word 97-2003", "un", ("doc", "dot")),
    Kind("application/vnd.ms-excel", "classeur Excel 97-2003", "un", ("xls", "xlt")),
    Kind("application/vnd.ms-powerpoint", "présentation PowerPoint 97-2003", "une", ("ppt", "pps")),
    Kind("application/vnd.ms-outlook", "message Outlook", "un", ("msg",)),
    Kind(
        "application/x-encrypted-office",
        "document Office protégé par un mot de passe",
        "un",
        ("docx", "xlsx", "pptx", "docm", "xlsm", "pptm"),
    ),
    Kind("application/rtf", "document RTF", "un", ("rtf", "doc")),
    Kind("message/rfc822", "message électronique", "un", ("eml",)),
    Kind("application/vnd.ms-tnef", "pièce jointe Outlook (winmail.dat)", "une", ("dat", "tnef")),
    Kind("application/pkcs7-mime", "fichier signé (.p7m)", "un", ("p7m",)),
    Kind("application/pkcs7-signature", "signature détachée (.p7s)", "une", ("p7s",)),
    Kind("text/html", "page web", "une", ("html", "htm", "xhtml")),
    Kind("text/csv", "tableau CSV", "un", ("csv", "tsv"), "text"),
    Kind("text/calendar", "agenda (.ics)", "un", ("ics",), "text"),
    Kind("text/vcard", "carte de visite (.vcf)", "une", ("vcf",), "text"),
    Kind("application/xml", "fichier XML", "un", ("xml", "xsd", "xsl", "gml", "kml"), "text"),
    Kind("text/plain", "texte", "un", ("txt", "text", "log", "md", "json", "ini", "yaml"), "text"),
    Kind("application/zip", "archive ZIP", "une", ("zip",)),
    Kind("application/x-7z-compressed", "archive 7-Zip", "une", ("7z",)),
    Kind("application/vnd.rar", "archive RAR", "une", ("rar",)),
    Kind("application/gzip", "archive GZIP", "une", ("gz", "tgz")),
    Kind("application/epub+zip", "livre EPUB", "un", ("epub",)),
    Kind("application/postscript", "fichier PostScript", "un", ("ps", "eps", "ai")),
    Kind("audio/mpeg", "enregistrement MP3", "un", ("mp3",)),
    Kind("audio/wav", "enregistrement WAV", "un", ("wav",)),
    Kind("audio/mp4", "enregistrement M4A", "un", ("m4a",)),
    Kind("video/mp4", "vidéo MP4", "une", ("mp4", "m4v")),
    Kind("video/quicktime", "vidéo QuickTime", "une", ("mov",)),
    Kind("application/x-executable", "programme", "un", ("exe", "dll", "msi", "bin", "so", "scr")),
    Kind("application/x-ole-storage", "document Microsoft ancien", "un", ("pub", "vsd", "mpp")),
    Kind("application/x-empty", "fichier vide", "un", ()),
    Kind("application/octet-stream", "fichier de type inconnu", "un", ()),
]
KINDS = {kind.media_type: kind for kind in _KINDS}
_KNOWN_EXTENSIONS = {extension for kind in _KINDS for extension in kind.extensions}

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"%!PS", "application/postscript"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (b"\x7fELF", "application/x-executable"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
)
_BRANDS = (
    ((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "image/heic"),
    ((b"avif", b"avis"), "image/avif"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
    ((b"qt  ",), "video/quicktime"),
)
_DWG = re.compile(rb"AC10\d\d")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_ODF_TYPE = re.compile(rb"mimetype(application/(?:vnd\.oasis\.opendocument\.[a-z]+|epub\+zip))")
_OOXML_PARTS = (
    (b"word/document", f"{_OOXML}.wordprocessingml.document"),
    (b"xl/workbook", f"{_OOXML}.spreadsheetml.sheet"),
    (b"ppt/presentation", f"{_OOXML}.presentationml.presentation"),
)
_OLE_STREAMS = (
    ("EncryptedPackage", "application/x-encrypted-office"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|table)\b",
    re.I | re.S,
)
_SVG = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!doctype\s+svg[^>]*>\s*)*<(?:svg:)?svg\b", re.I | re.S
)
_MAIL_LINE = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,40}):(?:[ \t]|$)")
_MAIL_HEADERS = frozenset(
    b"from to cc subject date received return-path message-id mime-version delivered-to "
    b"content-type x-mailer reply-to".split()
)
_TEXT_BY_NAME = {
    extension: kind.media_type
    for kind in _KINDS
    if kind.inline == "text" and kind.media_type != "application/xml"
    for extension in kind.extensions
}


def sniff(path: str | os.PathLike[str], name: str) -> Sniffed:
    """What the file at `path` is, and whether `name`, given by its sender, says the same.

    A name without extension, or with one that we do not know, says nothing: it cannot lie.
    Raises OSError when the file cannot be opened.
    """
    claimed = _extension_of(name)
    with Path(path).open("rb") as file:
        kind = KINDS[_media_type(file, os.fstat(file.fileno()).st_size, claimed)]
    lies = claimed in _KNOWN_EXTENSIONS and claimed not in kind.extensions
    extension = claimed if claimed in kind.extensions else (kind.extensions or (claimed,))[0]
    notice = _notice(claimed, kind) if lies else ""
    return Sniffed(kind.media_type, kind.label, extension, not lies, notice, kind.inline)


def kind_of(media_type: str) -> Kind:
    """The kind of a stored media type; the unknown one for a type that we never give."""
    return KINDS.get(media_type, KINDS["application/octet-stream"])


def _notice(claimed: str, kind: Kind) -> str:
    if kind.media_type == "application/x-empty":
        return "Ce fichier est vide : il ne contient aucune donnée."
    if kind.media_type == "application/octet-stream":
        return (
            f"Le nom finit par « .{claimed} », mais le contenu n’est pas lisible comme tel : "
            "le fichier est gardé tel quel."
        )
    return (
        f"Le nom finit par « .{claimed} », mais le contenu est {kind.named} : "
        "le fichier est gardé comme tel."
    )


def _extension_of(name: str) -> str:
    return PurePosixPath(name.strip()).suffix.lstrip(".").casefold()


def _media_type(file: BinaryIO, size: int, claimed: str) -> str:
    if size == 0:
        return "application/x-empty"
    head = file.read(_HEAD)
    found = _by_magic(head, claimed) or _container(file, head, size) or _by_text(head, claimed)
    if found in ("", "text/plain") and b"%PDF-" in head[:1024]:
        # Readers accept some rubbish before the signature, and mail gateways do add some.
        return "application/pdf"
    return found or "application/octet-stream"


def _by_magic(head: bytes, claimed: str) -> str:
    for signature, media_type in _MAGIC:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "")
    if head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00" and len(head) > 26:
        return "image/bmp"
    if head[:2] == b"MZ" and b"\x00" in head[:64]:
        return "application/x-executable"
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if _DWG.match(head):
        return "image/vnd.dwg"
    if _is_signed(head):
        return "application/pkcs7-signature" if claimed == "p7s" else "application/pkcs7-mime"
    return "application/pdf" if head.startswith(b"%PDF-") else ""


def _by_brand(head: bytes) -> str:
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12]] + [head[at : at + 4] for at in range(16, length, 4)]
    # The first brand decides; a photo may call itself by a general one and list "heic" after it.
    for brand in brands:
        for known, media_type in _BRANDS:
            if brand in known:
                return media_type
    return "video/mp4"


def _is_signed(head: bytes) -> bool:
    if head[:1] == b"\x30" and _SIGNED_DATA in head[:32]:
        return True
    return head.startswith((b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----"))


def _container(file: BinaryIO, head: bytes, size: int) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _by_zip(file, head, size)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        streams = set(_ole_names(file, head))
        for stream, media_type in _OLE_STREAMS:
            if stream in streams:
                return media_type
        return "application/x-ole-storage"
    return ""


def _by_zip(file: BinaryIO, head: bytes, size: int) -> str:
    odf = _ODF_TYPE.match(head, 30)
    if odf:
        announced = odf[1].decode("ascii").removesuffix("-template")
        return announced if announced in KINDS else "application/zip"
    names = _zip_names(file, size) or _first_zip_names(head)
    if b"[Content_Types].xml" in names:
        for start, media_type in _OOXML_PARTS:
            if any(name.startswith(start) for name in names):
                return media_type
    return "application/zip"


def _zip_names(file: BinaryIO, size: int) -> set[bytes]:
    """Names in the table at the end of a zip; empty when the table is missing or odd."""
    tail_size = min(size, 66_000)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at == -1 or len(tail) - at < 22:
        return set()
    length, offset = struct.unpack_from("<II", tail, at + 12)
    if offset >= size:
        return set()
    file.seek(offset)
    table = file.read(min(length, _CENTRAL_CAP))
    names: set[bytes] = set()
    position = 0
    while table[position : position + 4] == b"PK\x01\x02" and position + 46 <= len(table):
        name, extra, comment = struct.unpack_from("<HHH", table, position + 28)
        names.add(table[position + 46 : position + 46 + name])
        position += 46 + name + extra + comment
    return names


def _first_zip_names(head: bytes) -> set[bytes]:
    """Names met in the first bytes of a zip whose end is missing (a cut download)."""
    names: set[bytes] = set()
    position = head.find(b"PK\x03\x04")
    while position != -1 and position + 30 <= len(head):
        (length,) = struct.unpack_from("<H", head, position + 26)
        names.add(head[position + 30 : position + 30 + length])
        position = head.find(b"PK\x03\x04", position + 30)
    return names


def _ole_names(file: BinaryIO, head: bytes) -> list[str]:
    """Names of the streams of a compound file ([MS-CFB]): its directory, sector after sector."""
    if len(head) < 512:
        return []
    shift = struct.unpack_from("<H", head, 30)[0]
    if shift not in (9, 12):
        return []
    sector_size = 1 << shift
    fat_sectors = struct.unpack_from("<109I", head, 76)
    sector = struct.unpack_from("<I", head, 48)[0]
    names: list[str] = []
    for _ in range(_OLE_SECTORS_CAP):
        if sector >= 0xFFFFFFFA:
            break
        file.seek((sector + 1) << shift)
        data = file.read(sector_size)
        for entry in range(0, len(data) - 127, 128):
            length = struct.unpack_from("<H", data, entry + 64)[0]
            if 2 < length <= 64:
                names.append(data[entry : entry + length - 2].decode("utf-16-le", "replace"))
        table, slot = divmod(sector, sector_size // 4)
        if table >= len(fat_sectors) or fat_sectors[table] >= 0xFFFFFFFA:
            break
        file.seek(((fat_sectors[table] + 1) << shift) + 4 * slot)
        following = file.read(4)
        if len(following) < 4:
            break
        sector = struct.unpack("<I", following)[0]
    return names


def _by_text(head: bytes, claimed: str) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and _is_binary(head):
        return ""
    start = head.removeprefix(b"\xef\xbb\xbf")
    if wide:
        start = head[: len(head) & ~1].decode("utf-16", "replace").encode()
    if _SVG.match(start):
        return "image/svg+xml"
    if _HTML.match(start):
        return "text/html"
    if start.lstrip().startswith(b"<?xml"):
        return "application/xml"
    if start.startswith(b"BEGIN:VCALENDAR"):
        return "text/calendar"
    if start.startswith(b"BEGIN:VCARD"):
        return "text/vcard"
    if _is_mail(start):
        return "message/rfc822"
    if claimed in KINDS["application/xml"].extensions and start.lstrip().startswith(b"<"):
        return "application/xml"
    return _TEXT_BY_NAME.get(claimed, "text/plain")


def _is_binary(head: bytes) -> bool:
    controls = sum(head.count(byte) for byte in _CONTROLS)
    return b"\x00" in head or controls * 100 > len(head)


_CONTROLS = tuple(bytes([c]) for c in range(32) if c not in (7, 8, 9, 10, 12, 13, 27))


def _is_mail(start: bytes) -> bool:
    """At least three known headers before the first empty line, from the very first line on."""
    known = 0
    for rank, line in enumerate(start.splitlines()[:60]):
        if line.startswith((b"From ", b">From ")) and rank == 0:
            continue
        if not line.strip():
            break
        header = _MAIL_LINE.match(line)
        if header:
            known += header[1].lower() in _MAIL_HEADERS
        elif not line.startswith((b" ", b"\t")):
            return False
    return known >= 3
