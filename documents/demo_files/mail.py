"""Messages and signed files: .eml, Outlook's .msg and winmail.dat, .p7m."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _MINI = 512, 64
_MINI_LIMIT = 4096
_HANDED_OVER = 0x00390040


def eml(
    *,
    sender: str,
    to: str,
    subject: str,
    date: str,
    body: str,
    charset: str = "utf-8",
    attachment: tuple[str, bytes] | None = None,
) -> bytes:
    """A message as a mail program saves it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = date, "<demo.1@saint-aubin-le-parvis.example>"
    message.set_content(body, charset=charset, cte="quoted-printable")
    if attachment:
        name, content = attachment
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        message.set_boundary("demo-saint-aubin")
    return bytes(message)


def msg(
    *,
    sender: str,
    to: str,
    subject: str,
    body: str,
    sent: datetime | None = None,
    attached: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """An Outlook message ([MS-OXMSG]): one stream for each property, in a compound file."""
    texts = {0x001A: "IPM.Note", 0x0037: subject, 0x0C1A: sender, 0x0E04: to, 0x1000: body}
    streams = {
        f"__substg1.0_{tag:04X}001F": text.encode("utf-16-le") for tag, text in texts.items()
    }
    entries = b"".join(
        struct.pack("<IIII", tag << 16 | 0x001F, 6, len(text.encode("utf-16-le")) + 2, 0)
        for tag, text in texts.items()
    )
    if sent is not None:
        # A FILETIME: hundreds of nanoseconds since 1601, universal time.
        since = (sent - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
        entries += struct.pack("<IIQ", _HANDED_OVER, 6, since)
    head = bytes(8) + struct.pack("<IIII", 0, 0, 0, len(attached)) + bytes(8)
    streams["__properties_version1.0"] = head + entries
    for rank, (name, content) in enumerate(attached):
        inside = f"__attach_version1.0_#{rank:08X}"
        streams |= {
            f"{inside}/__properties_version1.0": bytes(8),
            f"{inside}/__substg1.0_3704001F": f"PIECE~{rank}".encode("utf-16-le"),
            f"{inside}/__substg1.0_3707001F": name.encode("utf-16-le"),
            f"{inside}/__substg1.0_37010102": content,
        }
    return compound_file(streams)


def compound_file(streams: dict[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]) of small streams, all of them in the mini stream; what stands
    before a "/" in a name is the storage that holds it."""
    mini, mini_fat = bytearray(), list[int]()
    entries = [b""]
    written: dict[int, tuple[int, int, int, int]] = {}

    def place(inside: dict[str, bytes]) -> int:
        """Write what a storage holds; the rank of the one from which the others are found."""
        held: dict[str, dict[str, bytes]] = {}
        for path, content in inside.items():
            first, _, rest = path.partition("/")
            held.setdefault(first, {})[rest] = content
        names = sorted(held, key=lambda name: (len(name), name.upper()))
        ranks = {name: len(entries) + n for n, name in enumerate(names)}
        entries.extend(b"" for _ in names)
        for name in names:
            store(ranks[name], held[name])
        return balance(names, ranks)

    def store(rank: int, held: dict[str, bytes]) -> None:
        if "" not in held:
            written[rank] = (1, place(held), 0, 0)
            return
        content = held[""]
        if len(content) >= _MINI_LIMIT:
            raise ValueError("only small streams are written here")
        start, count = len(mini_fat), -(-len(content) // _MINI)
        mini_fat.extend([*range(start + 1, start + count), _END][:count])
        mini.extend(content.ljust(count * _MINI, b"\0"))
        written[rank] = (2, _FREE, start if count else _END, len(content))

    def balance(names: list[str], ranks: dict[str, int]) -> int:
        # Sorted as the format wants, the middle is the root of the tree.
        if not names:
            return _FREE
        middle = len(names) // 2
        rank = ranks[names[middle]]
        left, right = (balance(some, ranks) for some in (names[:middle], names[middle + 1 :]))
        kind, child, start, size = written[rank]
        entries[rank] = _entry(names[middle], kind, left, right, child, start, size)
        return rank

    child = place(streams)
    directory_sectors = -(-len(entries) * 128 // _SECTOR)
    mini_sectors = -(-len(mini) // _SECTOR)
    first_mini_fat = 1 + directory_sectors
    first_mini = first_mini_fat + 1
    entries[0] = _entry("Root Entry", 5, _FREE, _FREE, child, first_mini, len(mini))
    fat = [_FAT]
    fat += [*range(2, directory_sectors + 1), _END]
    fat += [_END]
    fat += [*range(first_mini + 1, first_mini + mini_sectors), _END]
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(16),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        _MINI_LIMIT,
        first_mini_fat,
        1,
        _END,
        0,
        0,
    ) + struct.pack("<108I", *[_FREE] * 108)
    return b"".join(
        (
            header,
            _numbers(fat),
            b"".join(entries).ljust(directory_sectors * _SECTOR, b"\0"),
            _numbers(mini_fat),
            bytes(mini).ljust(mini_sectors * _SECTOR, b"\0"),
        )
    )


def _numbers(values: list[int]) -> bytes:
    filled = values + [_FREE] * (_SECTOR // 4 - len(values))
    return struct.pack(f"<{_SECTOR // 4}I", *filled)


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        written,
        len(written) + 2,
        kind,
        1,
        left,
        right,
        child,
        bytes(16),
        0,
        0,
        0,
        start,
        size,
    )


def winmail(subject: str) -> bytes:
    """A winmail.dat ([MS-OXTNEF]) as Outlook sends it to those who have no Outlook."""

    def attribute(level: int, identifier: int, data: bytes) -> bytes:
        head = struct.pack("<BII", level, identifier, len(data))
        return head + data + struct.pack("<H", sum(data) & 0xFFFF)

    return b"".join(
        (
            struct.pack("<IH", 0x223E9F78, 1),
            attribute(1, 0x00089006, struct.pack("<I", 0x00010000)),
            attribute(1, 0x00069007, struct.pack("<II", 1252, 0)),
            attribute(1, 0x00018004, subject.encode("cp1252") + b"\0"),
        )
    )


def p7m(content: bytes) -> bytes:
    """`content` inside a CMS SignedData envelope (RFC 5652), without any signer."""
    inner = _der(0x30, _DATA + _der(0xA0, _der(0x04, content)))
    signed = _der(0x02, b"\x01") + _der(0x31, b"") + inner + _der(0x31, b"")
    return _der(0x30, _SIGNED_DATA + _der(0xA0, _der(0x30, signed)))


_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
