"""The small language of the demonstration texts, read into blocks that every writer understands."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    rows: list[list[str]]


Block = Heading | Paragraph | Table


def blocks_of(text: str) -> list[Block]:
    """`# title`, `## heading`, `| cell | cell`, else a paragraph; one line is one block."""
    blocks: list[Block] = []
    for line in text.splitlines():
        if line.startswith("|"):
            row = [cell.strip() for cell in line[1:].split("|")]
            if blocks and isinstance(blocks[-1], Table):
                blocks[-1].rows.append(row)
            else:
                blocks.append(Table([row]))
        elif line.startswith("#"):
            marks, _space, title = line.partition(" ")
            blocks.append(Heading(len(marks), title))
        elif line.strip():
            blocks.append(Paragraph(line))
    return blocks
