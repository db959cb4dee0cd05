"""A piece of the dossier as PDF pages, or the reason why it cannot be.

Limits hold a hostile or huge file: what goes beyond them is not drawn, and a page says so.
"""

import hashlib
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageOps, ImageSequence

from council.dossier.data import Dossier, Piece, Point
from council.dossier.french import typeset as t
from council.dossier.letters import letterhead_data
from council.dossier.typeset import typeset_pdf

MAX_PICTURE_PIXELS = 80_000_000
MAX_PICTURE_SIDE = 2400  # pixels kept on the longer side: 200 dpi on A4
MAX_PICTURE_FRAMES = 60
MAX_TEXT_CHARACTERS = 400_000
MAX_PDF_PAGES = 3000
MAX_LINE = 4000

PICTURES = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp",
        "image/tiff", "image/bmp", "image/heic", "image/heif",
    }
)  # fmt: skip
TEXTS = frozenset({"text/plain", "text/csv", "text/markdown"})


class CannotDraw(Exception):
    """The piece has no pages; the message says why, in French, to the reader."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A piece as a PDF on disk."""

    path: Path
    pages: int
    problem: str = ""


def draw(piece: Piece, point: Point, dossier: Dossier, folder: Path) -> Drawn:
    """The piece as a PDF below `folder`: itself, converted, or a page that says why not."""
    try:
        if piece.path is None:
            raise CannotDraw("Ce document n’a pas de fichier.")
        _require_frozen(piece, piece.path)
        if piece.media_type == "application/pdf":
            return _checked_pdf(piece.path)
        if piece.media_type in PICTURES:
            return _pictures(piece, piece.path, dossier, folder)
        if piece.media_type in TEXTS:
            return _text(piece, piece.path, dossier, folder)
        raise CannotDraw("Ce type de document ne peut pas être imprimé ici.")
    except CannotDraw as refusal:
        return _notice(piece, point, dossier, folder, str(refusal))


def _require_frozen(piece: Piece, path: Path) -> None:
    """The bytes are those of the freeze, or they are not shown under its name."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CannotDraw("Le fichier de ce document manque sur le serveur.") from error
    if digest != piece.sha256:
        raise CannotDraw("Le fichier gardé n’est plus celui qui a été envoyé.")


def _written(folder: Path, made: bytes, problem: str = "") -> Drawn:
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".pdf", delete=False) as file:
        file.write(made)
    with pikepdf.open(file.name) as pdf:
        return Drawn(Path(file.name), len(pdf.pages), problem)


def _checked_pdf(path: Path) -> Drawn:
    try:
        with pikepdf.open(path) as pdf:
            count = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise CannotDraw("Ce document est protégé par un mot de passe.") from error
    except (pikepdf.PdfError, ValueError, OSError) as error:
        raise CannotDraw("Ce fichier est abîmé : il ne s’ouvre pas comme un PDF.") from error
    if count == 0:
        raise CannotDraw("Ce PDF n’a aucune page.")
    if count > MAX_PDF_PAGES:
        raise CannotDraw(f"Ce document a plus de {MAX_PDF_PAGES} pages.")
    return Drawn(path, count)


def _pictures(piece: Piece, path: Path, dossier: Dossier, folder: Path) -> Drawn:
    if piece.media_type in ("image/heic", "image/heif"):
        import pillow_heif

        pillow_heif.register_heif_opener()
    root = Path(tempfile.mkdtemp(dir=folder))
    pictures: list[dict[str, Any]] = []
    title = t(piece.title)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                for number, frame in enumerate(ImageSequence.Iterator(opened), start=1):
                    if number > MAX_PICTURE_FRAMES:
                        break
                    if frame.width * frame.height > MAX_PICTURE_PIXELS:
                        raise CannotDraw("Cette image est trop grande pour être imprimée.")
                    name = f"{number}.jpg"
                    width, height = _reencode(frame, root / name)
                    alt = title if number == 1 else f"{title}, page {number}"
                    pictures.append({"file": f"/{name}", "alt": alt, "wide": width > height})
                    if getattr(opened, "format", "") == "GIF":
                        break
    except CannotDraw:
        raise
    except Exception as error:
        if not pictures:
            raise CannotDraw("Cette image est abîmée : elle ne s’ouvre pas.") from error
    data = {"letterhead": letterhead_data(dossier.letterhead), "title": title, "pictures": pictures}
    return _written(folder, typeset_pdf("picture", data, at=dossier.frozen_at, root=root))


def _reencode(frame: Image.Image, target: Path) -> tuple[int, int]:
    """A clean JPEG of what is seen: upright, without transparency, metadata or position."""
    frame.draft("RGB", (MAX_PICTURE_SIDE, MAX_PICTURE_SIDE))
    upright = ImageOps.exif_transpose(frame)
    upright.thumbnail((MAX_PICTURE_SIDE, MAX_PICTURE_SIDE))
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        upright = upright.convert("RGBA")
        ground = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(ground, upright)
    clean = upright.convert("RGB")
    clean.save(target, "JPEG", quality=82, optimize=True)
    return clean.size


def decode_text(raw: bytes) -> str:
    """Text of a town hall: UTF-8, UTF-16 with its mark, else the Windows code page."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _text(piece: Piece, path: Path, dossier: Dossier, folder: Path) -> Drawn:
    with path.open("rb") as file:
        raw = file.read(MAX_TEXT_CHARACTERS * 4 + 1)
    whole = decode_text(raw)
    if not whole.strip():
        raise CannotDraw("Ce texte est vide.")
    cut = len(whole) > MAX_TEXT_CHARACTERS
    paragraphs = [
        t(one.expandtabs(4).rstrip())[:MAX_LINE] for one in whole[:MAX_TEXT_CHARACTERS].splitlines()
    ]
    data = {
        "letterhead": letterhead_data(dossier.letterhead),
        "title": t(piece.title),
        "paragraphs": paragraphs,
        "cut": cut,
    }
    return _written(folder, typeset_pdf("text", data, at=dossier.frozen_at))


#: A little more than a sheet: printers and scanners are seldom exact.
_A4_POINTS, _TOLERANCE = (595.28, 841.89), 1.06


def is_larger_than_a4(path: Path) -> bool:
    """Whether a page of this PDF does not fit an A4 sheet, either way up."""
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            left, bottom, right, top = (float(edge) for edge in page.cropbox)
            unit = float(page.obj.get("/UserUnit", 1))
            sides = sorted((abs(right - left) * unit, abs(top - bottom) * unit))
            if any(side > most * _TOLERANCE for side, most in zip(sides, _A4_POINTS, strict=True)):
                return True
    return False


def set_apart(piece: Piece, point: Point, dossier: Dossier, folder: Path) -> Drawn:
    """The page that stands for a plan handed over beside the dossier."""
    return _notice(
        piece,
        point,
        dossier,
        folder,
        "Ce plan, plus grand qu’une feuille A4, vous est remis à part.",
    )


def _notice(piece: Piece, point: Point, dossier: Dossier, folder: Path, reason: str) -> Drawn:
    phone = dossier.letterhead.phone
    remedy = "Ouvrez votre dossier à l'écran et téléchargez-le, ou demandez-le à la mairie"
    remedy += f" : {phone}." if phone else "."
    facts = [("Nom du fichier", piece.file_name or piece.title), ("Taille", _size(piece.size))]
    data = {
        "letterhead": letterhead_data(dossier.letterhead),
        "heading": t(f"Point n° {point.number}"),
        "title": t(piece.title),
        "reason": t(reason),
        "remedy": t(remedy),
        "facts": [{"label": label, "value": t(value)} for label, value in facts],
    }
    return _written(folder, typeset_pdf("notice", data, at=dossier.frozen_at), problem=reason)


def _size(size: int) -> str:
    for unit, divisor in (("Mo", 1_000_000), ("Ko", 1_000)):
        if size >= divisor:
            return f"{size / divisor:.1f}".replace(".", ",").removesuffix(",0") + f"\u00a0{unit}"
    return f"{size}\u00a0octets"
