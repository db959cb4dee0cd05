"""PDF pages, and pictures of them: typst draws, PDFium photographs, Pillow spoils."""

from __future__ import annotations

import io
import json
import random
from contextlib import closing
from functools import cache

import pikepdf
import PIL.Image
import PIL.ImageChops
import PIL.ImageFilter
import pillow_heif
import pypdfium2
import typst

from documents.demo_files.blocks import Block, Heading, Paragraph

pillow_heif.register_heif_opener()

_TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: 2026, month: 1, day: 1))
#set page(paper: "a4", margin: (x: 2.2cm, y: 2.4cm), numbering: "1 / 1",
  header: text(size: 8pt, fill: luma(90))[Commune de Saint-Aubin-le-Parvis])
#set text(lang: "fr", size: data.size * 1pt, hyphenate: true)
#set par(justify: true, leading: 0.68em)
#set table(inset: 5pt, stroke: 0.5pt + luma(120))
#for block in data.blocks {
  if block.kind == "heading" { heading(level: block.level, block.text) }
  else if block.kind == "table" {
    table(columns: block.rows.at(0).len(), ..block.rows.flatten().map(cell => [#cell]))
  } else { par(block.text) }
}
"""

_PLAN = """
#set document(title: "Plan de zonage", date: datetime(year: 2026, month: 1, day: 1))
#set page(width: 42cm, height: 29.7cm, margin: 1cm)
#set text(lang: "fr", size: 9pt)
#place(top + left, text(size: 16pt)[Plan local d’urbanisme — zonage du centre-bourg])
#place(bottom + right, box(stroke: 1pt, inset: 6pt)[Échelle 1/2 000 — UB habitat, A agricole, \
  N naturelle, emplacement réservé ER 3])
#for column in range(14) { for row in range(8) {
  let parcel = 100 + column * 8 + row
  place(dx: 2cm + column * 2.6cm, dy: 2cm + row * 2.8cm,
    rect(width: 2.2cm, height: 2.2cm, stroke: 0.4pt,
      fill: if calc.rem(parcel, 5) == 0 { rgb("#dfeccf") } else { rgb("#f6e7c8") })[AB #parcel])
}}
#place(dx: 2cm, dy: 12.3cm, text(fill: rgb("#8a2b2b"))[rue des Tilleuls])
#place(dx: 20cm, dy: 12.3cm, text(fill: rgb("#8a2b2b"))[place de l’Église])
#place(dx: 31cm, dy: 6.7cm, text(fill: rgb("#8a2b2b"))[chemin des Lavandières])
"""

_A4_AT_200_DPI = 200


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def pdf(blocks: list[Block], *, size: float = 11) -> bytes:
    """A born-digital PDF, justified and hyphenated as a word processor does."""
    titles = [block.text for block in blocks if isinstance(block, Heading)]
    data = {"title": titles[0] if titles else "Document", "size": size, "blocks": _data(blocks)}
    compiled = typst.compile(
        _TEMPLATE.encode(), font_paths=_fonts(), sys_inputs={"data": json.dumps(data)}
    )
    assert isinstance(compiled, bytes)  # noqa: S101 - one output without a path is bytes
    return compiled


def plan_pdf() -> bytes:
    """A large sheet of parcels with few words."""
    compiled = typst.compile(_PLAN.encode(), font_paths=_fonts())
    assert isinstance(compiled, bytes)  # noqa: S101
    return compiled


def _data(blocks: list[Block]) -> list[dict[str, object]]:
    data: list[dict[str, object]] = []
    for block in blocks:
        if isinstance(block, Heading):
            data.append({"kind": "heading", "level": block.level, "text": block.text})
        elif isinstance(block, Paragraph):
            data.append({"kind": "paragraph", "text": block.text})
        else:
            width = max(map(len, block.rows))
            rows = [row + [""] * (width - len(row)) for row in block.rows]
            data.append({"kind": "table", "rows": rows})
    return data


def sheets(content: bytes, *, dpi: int = _A4_AT_200_DPI) -> list[PIL.Image.Image]:
    """Each page of a PDF as a grey picture."""
    with closing(pypdfium2.PdfDocument(content)) as document:
        return [
            page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document
        ]


def scanned(sheet: PIL.Image.Image, dice: random.Random, *, angle: float) -> PIL.Image.Image:
    """The sheet as the office scanner sees it: a little crooked, greyish, with grain."""
    crooked = sheet.rotate(angle, PIL.Image.Resampling.BICUBIC, fillcolor=250)
    softened = crooked.filter(PIL.ImageFilter.GaussianBlur(0.6))
    return grainy(softened, dice, strength=22)


def grainy(image: PIL.Image.Image, dice: random.Random, *, strength: int) -> PIL.Image.Image:
    """A picture with the grain of a small sensor, the same for the same dice."""
    # Pillow's own noise cannot be seeded: a tile of ours, repeated, is the same at every run.
    tile = PIL.Image.frombytes("L", (256, 256), dice.randbytes(256 * 256))
    grain = PIL.Image.new("L", image.size)
    for x in range(0, image.width, 256):
        for y in range(0, image.height, 256):
            grain.paste(tile, (x, y))
    grain = grain.point(lambda value: value * strength // 255)
    return PIL.ImageChops.subtract(image, grain)


def scanned_pdf(pictures: list[PIL.Image.Image]) -> bytes:
    """A PDF of pictures only, as a multifunction copier makes it."""
    buffer = io.BytesIO()
    first, *others = pictures
    first.save(
        buffer,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=_A4_AT_200_DPI,
        quality=60,
        creationDate=None,
        modDate=None,
    )
    return buffer.getvalue()


def stamped(content: bytes, stamp: str) -> bytes:
    """The same PDF with the real text of the préfecture's stamp on top of each page."""
    mark = typst.compile(
        b'#set document(date: none)\n#set page(paper: "a4", margin: 8mm)\n'
        b"#align(right, text(size: 7pt, fill: blue, sys.inputs.stamp))",
        font_paths=_fonts(),
        sys_inputs={"stamp": stamp},
    )
    assert isinstance(mark, bytes)  # noqa: S101
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document, pikepdf.open(io.BytesIO(mark)) as overlay:
        for page in document.pages:
            page.add_overlay(overlay.pages[0], None)
        document.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def photographed(sheet: PIL.Image.Image, dice: random.Random) -> PIL.Image.Image:
    """The sheet pinned on a board and taken with a telephone: perspective, shade, colour."""
    board = PIL.Image.new("RGB", (1200, 1600), (126, 94, 62))
    paper = sheet.resize((908, 1284), PIL.Image.Resampling.LANCZOS)
    shade = PIL.Image.linear_gradient("L").resize(paper.size).point(lambda value: value // 6)
    paper = PIL.ImageChops.subtract(paper, shade)
    board.paste(paper.convert("RGB"), (146, 160))
    corners = (-20, -14, 10, 1607, 1208, 1587, 1180, 8)
    taken = board.transform(
        board.size, PIL.Image.Transform.QUAD, corners, PIL.Image.Resampling.BICUBIC
    )
    bands = [grainy(band, dice, strength=14) for band in taken.split()]
    return PIL.Image.merge("RGB", bands)


def cropped(sheet: PIL.Image.Image) -> PIL.Image.Image:
    """The sheet without its white bottom: a sign rather than a page."""
    return sheet.crop((0, 0, sheet.width, sheet.height * 2 // 5))


def encoded(image: PIL.Image.Image, kind: str, **options: object) -> bytes:
    """The picture in a format of Pillow (JPEG, PNG, WEBP, TIFF, HEIF)."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def heic(image: PIL.Image.Image) -> bytes:
    """The picture as an iPhone keeps it, smaller: this encoder takes its time."""
    small = image.copy()
    small.thumbnail((1280, 1280), PIL.Image.Resampling.LANCZOS)
    return encoded(small, "HEIF", quality=45, enc_params={"preset": "ultrafast"})


def phone_exif(taken: str) -> PIL.Image.Exif:
    """What a telephone writes beside the picture: maker, moment, and where it was taken."""
    exif = PIL.Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Fairphone", "FP5", taken
    exif[0x0112] = 6  # the picture lies on its side: turn it by 90 degrees to look at it
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (47.0, 13.0, 21.0)
    position[3], position[4] = "E", (4.0, 57.0, 8.0)
    return exif
