"""Smallest valid office documents, written with the standard library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from documents.demo_files.blocks import Block, Cell, Heading, Table

Slides = Sequence[tuple[str, Sequence[str]]]
Rows = Sequence[Sequence[Cell]]

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MOMENT = (2026, 1, 1, 8, 0, 0)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument"


def _zip(parts: dict[str, str], *, first_stored: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for rank, (name, content) in enumerate(parts.items()):
            entry = zipfile.ZipInfo(name, _MOMENT)
            stored = first_stored and rank == 0
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A plain archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content)
    return buffer.getvalue()


# --- Microsoft ------------------------------------------------------------------------------


def _content_types(overrides: dict[str, str]) -> str:
    parts = "".join(
        f'<Override PartName="/{part}" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in overrides.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{parts}</Types>"
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{rank}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for rank, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def docx(blocks: list[Block]) -> bytes:
    """A Word document."""
    body = "".join(map(_word_block, blocks))
    return _zip(
        {
            "[Content_Types].xml": _content_types(
                {
                    "word/document.xml": "wordprocessingml.document.main",
                    "word/styles.xml": "wordprocessingml.styles",
                }
            ),
            "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
            "word/_rels/document.xml.rels": _relations([("styles", "styles.xml")]),
            "word/styles.xml": _WORD_STYLES,
            "word/document.xml": (
                f'{_XML}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
                f'2006/main"><w:body>{body}<w:sectPr/></w:body></w:document>'
            ),
        }
    )


_WORD_STYLES = (
    f'{_XML}<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/>'
        "</w:rPr></w:style>"
        for level, size in ((1, 32), (2, 26))
    )
    + "</w:styles>"
)


def _word_block(block: Block) -> str:
    if isinstance(block, Table):
        rows = "".join(
            "<w:tr>"
            + "".join(f"<w:tc><w:tcPr/>{_word_paragraph(cell)}</w:tc>" for cell in row)
            + "</w:tr>"
            for row in block.rows
        )
        return f"<w:tbl><w:tblPr/>{rows}</w:tbl>"
    style = f"Heading{block.level}" if isinstance(block, Heading) else ""
    return _word_paragraph(block.text, style)


def _word_paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{look}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def xlsx(sheets: dict[str, Rows]) -> bytes:
    """An Excel workbook: name of each sheet and its rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    names = {f"xl/worksheets/sheet{n}.xml": rows for n, rows in enumerate(sheets.values(), start=1)}
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    kinds = {"xl/workbook.xml": "spreadsheetml.sheet.main"}
    kinds |= dict.fromkeys(names, "spreadsheetml.worksheet")
    parts = {
        "[Content_Types].xml": _content_types(kinds),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", name.removeprefix("xl/")) for name in names]
        ),
        "xl/workbook.xml": (
            f'{_XML}<workbook {space} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
    }
    for name, rows in names.items():
        lines = "".join(
            f'<row r="{y}">'
            + "".join(_sheet_cell(f"{chr(64 + x)}{y}", value) for x, value in enumerate(row, 1))
            + "</row>"
            for y, row in enumerate(rows, start=1)
        )
        parts[name] = f"{_XML}<worksheet {space}><sheetData>{lines}</sheetData></worksheet>"
    return _zip(parts)


def _sheet_cell(place: str, value: Cell) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def pptx(slides: Slides) -> bytes:
    """A PowerPoint presentation: title and lines of each slide."""
    space = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:r="{_OFFICE}" '
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    )
    tree = (
        '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    )
    names = [f"ppt/slides/slide{n}.xml" for n in range(1, len(slides) + 1)]
    master, layout = "ppt/slideMasters/slideMaster1.xml", "ppt/slideLayouts/slideLayout1.xml"
    kinds = {
        "ppt/presentation.xml": "presentationml.presentation.main",
        master: "presentationml.slideMaster",
        layout: "presentationml.slideLayout",
        "ppt/theme/theme1.xml": "theme",
    } | dict.fromkeys(names, "presentationml.slide")
    listed = "".join(
        f'<p:sldId id="{255 + n}" r:id="rId{n + 1}"/>' for n in range(1, len(names) + 1)
    )
    parts = {
        "[Content_Types].xml": _content_types(kinds),
        "_rels/.rels": _relations([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": (
            f'{_XML}<p:presentation {space}><p:sldMasterIdLst><p:sldMasterId id="2147483648" '
            f'r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst>{listed}</p:sldIdLst>'
            '<p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>'
            "</p:presentation>"
        ),
        "ppt/_rels/presentation.xml.rels": _relations(
            [("slideMaster", master.removeprefix("ppt/"))]
            + [("slide", name.removeprefix("ppt/")) for name in names]
        ),
        "ppt/theme/theme1.xml": _THEME,
        master: (
            f"{_XML}<p:sldMaster {space}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld>"
            '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" '
            'accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" '
            'accent6="accent6" hlink="hlink" folHlink="folHlink"/><p:sldLayoutIdLst>'
            '<p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>'
        ),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            [
                ("slideLayout", "../slideLayouts/slideLayout1.xml"),
                ("theme", "../theme/theme1.xml"),
            ]
        ),
        layout: (
            f"{_XML}<p:sldLayout {space}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sldLayout>"
        ),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": _relations(
            [("slideMaster", "../slideMasters/slideMaster1.xml")]
        ),
    }
    for name, (title, lines) in zip(names, slides, strict=True):
        shapes = _shape(2, "title", [title], 500_000) + _shape(3, "body", lines, 2_000_000)
        parts[name] = (
            f"{_XML}<p:sld {space}><p:cSld><p:spTree>{tree}{shapes}</p:spTree></p:cSld></p:sld>"
        )
        parts[name.replace("slides/", "slides/_rels/") + ".rels"] = _relations(
            [("slideLayout", "../slideLayouts/slideLayout1.xml")]
        )
    return _zip(parts)


def _shape(number: int, kind: str, lines: Sequence[str], top: int) -> str:
    text = "".join(
        f'<a:p><a:r><a:rPr lang="fr-FR"/><a:t>{escape(line)}</a:t></a:r></a:p>' for line in lines
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{kind}"/><p:cNvSpPr/><p:nvPr>'
        f'<p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="800000" y="{top}"/>'
        '<a:ext cx="10400000" cy="1300000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></p:spPr><p:txBody><a:bodyPr/>{text}</p:txBody></p:sp>"
    )


_COLOURS = "".join(
    f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
    for name, value in {
        "dk1": "000000",
        "lt1": "FFFFFF",
        "dk2": "1F3B57",
        "lt2": "EEEEEE",
        "accent1": "2F6F4F",
        "accent2": "B5651D",
        "accent3": "7A5C99",
        "accent4": "C0392B",
        "accent5": "2980B9",
        "accent6": "7F8C8D",
        "hlink": "0645AD",
        "folHlink": "5A3696",
    }.items()
)
_FONT = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_LINE = f"<a:ln>{_FILL}</a:ln>"
_EFFECT = "<a:effectStyle><a:effectLst/></a:effectStyle>"
_THEME = (
    f'{_XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Mairie">'
    f'<a:themeElements><a:clrScheme name="Mairie">{_COLOURS}</a:clrScheme>'
    f'<a:fontScheme name="Mairie"><a:majorFont>{_FONT}</a:majorFont><a:minorFont>{_FONT}'
    f'</a:minorFont></a:fontScheme><a:fmtScheme name="Mairie"><a:fillStyleLst>{_FILL * 3}'
    f"</a:fillStyleLst><a:lnStyleLst>{_LINE * 3}</a:lnStyleLst><a:effectStyleLst>{_EFFECT * 3}"
    f"</a:effectStyleLst><a:bgFillStyleLst>{_FILL * 3}</a:bgFillStyleLst></a:fmtScheme>"
    "</a:themeElements></a:theme>"
)


# --- OpenDocument ---------------------------------------------------------------------------

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_SPACES = " ".join(
    [
        f'xmlns:{prefix}="{_ODF}:{name}:1.0"'
        for prefix, name in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("presentation", "presentation"),
            ("style", "style"),
            ("svg", "svg-compatible"),
        )
    ]
    + ['office:version="1.3"']
)


def _odf(kind: str, body: str) -> bytes:
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    element = {"text": "text", "spreadsheet": "spreadsheet", "presentation": "presentation"}[kind]
    return _zip(
        {
            "mimetype": media_type,
            "META-INF/manifest.xml": (
                f'{_XML}<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" '
                'manifest:version="1.3">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media_type}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" '
                'manifest:media-type="text/xml"/></manifest:manifest>'
            ),
            "content.xml": (
                f"{_XML}<office:document-content {_ODF_SPACES}><office:automatic-styles/>"
                f"<office:body><office:{element}>{body}</office:{element}></office:body>"
                "</office:document-content>"
            ),
        },
        first_stored=True,
    )


def odt(blocks: list[Block]) -> bytes:
    """An OpenDocument text."""
    return _odf("text", "".join(map(_odt_block, blocks)))


def _odt_block(block: Block) -> str:
    if isinstance(block, Table):
        return _odf_table("Tableau", block.rows)
    if isinstance(block, Heading):
        return f'<text:h text:outline-level="{block.level}">{escape(block.text)}</text:h>'
    return f"<text:p>{escape(block.text)}</text:p>"


def ods(sheets: dict[str, Rows]) -> bytes:
    """An OpenDocument workbook: name of each sheet and its rows."""
    return _odf("spreadsheet", "".join(_odf_table(name, rows) for name, rows in sheets.items()))


def _odf_table(name: str, rows: Rows) -> str:
    width = max(map(len, rows))
    lines = "".join(
        f"<table:table-row>{''.join(map(_odf_cell, row))}</table:table-row>" for row in rows
    )
    return (
        f'<table:table table:name="{escape(name)}">'
        f'<table:table-column table:number-columns-repeated="{width}"/>{lines}</table:table>'
    )


def _odf_cell(value: Cell) -> str:
    kind = (
        'office:value-type="string"'
        if isinstance(value, str)
        else f'office:value-type="float" office:value="{value}"'
    )
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def odp(slides: Slides) -> bytes:
    """An OpenDocument presentation: title and lines of each slide."""
    pages = "".join(
        f'<draw:page draw:name="page{n}">{_odp_frame("title", [title], 1)}'
        f"{_odp_frame('outline', lines, 5)}</draw:page>"
        for n, (title, lines) in enumerate(slides, start=1)
    )
    return _odf("presentation", pages)


def _odp_frame(kind: str, lines: Sequence[str], top: int) -> str:
    text = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    return (
        f'<draw:frame presentation:class="{kind}" svg:x="2cm" svg:y="{top}cm" svg:width="24cm" '
        f'svg:height="3cm"><draw:text-box>{text}</draw:text-box></draw:frame>'
    )


# --- others ---------------------------------------------------------------------------------


def rtf(blocks: list[Block]) -> bytes:
    """Rich Text Format, accents written as a French Windows does."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Table):
            lines += [" \\tab ".join(map(_rtf_text, row)) + "\\par" for row in block.rows]
        elif isinstance(block, Heading):
            lines.append(f"{{\\b\\fs{36 - 6 * block.level} {_rtf_text(block.text)}}}\\par")
        else:
            lines.append(_rtf_text(block.text) + "\\par")
    body = "\n".join(lines)
    head = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\f0\\fs22\n"
    return (head + body + "\n}").encode("ascii")


def _rtf_text(text: str) -> str:
    written: list[str] = []
    for sign in text:
        if sign in "\\{}":
            written.append("\\" + sign)
        elif ord(sign) < 128:
            written.append(sign)
        else:
            try:
                written.append(f"\\'{sign.encode('cp1252')[0]:02x}")
            except UnicodeEncodeError:
                written.append(f"\\u{ord(sign)}?")
    return "".join(written)


def html(blocks: list[Block], *, charset: str = "utf-8") -> bytes:
    """A web page with the scripts and styles that must not be indexed."""
    body: list[str] = []
    for block in blocks:
        if isinstance(block, Table):
            rows = "".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                for row in block.rows
            )
            body.append(f"<table>{rows}</table>")
        elif isinstance(block, Heading):
            body.append(f"<h{block.level}>{escape(block.text)}</h{block.level}>")
        else:
            body.append(f"<p>{escape(block.text)}</p>")
    page = (
        f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="{charset}"><title>Mairie</title>'
        "<style>p { color: #333 }</style><script>var compteur = 1;</script></head><body>"
        + "\n".join(body)
        + "</body></html>"
    )
    return page.encode(charset, "xmlcharrefreplace")


def csv(rows: Rows, *, encoding: str) -> bytes:
    """A table as French spreadsheets export it: semicolons, and often Windows-1252."""
    lines = "\r\n".join(";".join(map(str, row)) for row in rows) + "\r\n"
    return lines.encode(encoding, "replace")
