"""Files that somebody may upload: honest ones, and hostile ones of every kind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PPTX_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
ODP = "application/vnd.oasis.opendocument.presentation"


def pdf(inside: bytes = b"") -> bytes:
    """A PDF of one empty page."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        + inside
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def objects(inside: bytes) -> bytes:
    """Objects of a PDF, packed into a stream."""
    return (
        b"5 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n"
        + zlib.compress(inside)
        + b"\nendstream endobj\n"
    )


def packed(*parts: tuple[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            # An entry without the time of writing: equal parts make equal files.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pptx(*more: tuple[str, bytes], main: str = PPTX_MAIN) -> bytes:
    """A presentation of PowerPoint, with more parts."""
    types = f'<Types><Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>'
    return packed(("[Content_Types].xml", types.encode()), ("ppt/presentation.xml", b"<p/>"), *more)


def odp(*more: tuple[str, bytes]) -> bytes:
    """A presentation of OpenDocument, with more parts."""
    return packed(("mimetype", ODP.encode()), ("content.xml", b"<office/>"), *more)


def png(width: int = 200, height: int = 200, *more: bytes) -> bytes:
    """A grey picture, with more chunks before its end."""
    rows = (b"\0" + b"\x80" * width) * height if width * height <= 10**6 else b""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", zlib.compress(rows)),
            *more,
            chunk(b"IEND", b""),
        ]
    )


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg(
    width: int = 200, height: int = 300, *, turned: int = 0, place: bytes = b"", after: bytes = b""
) -> bytes:
    """The skeleton of a JPEG: Exif with which way is up and where it was taken, a frame, two scans, and what stands after it."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, turned, 0, 0) + place
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\0\0\x3f\0" + b"\x12\xff\0\x34\xff\xd0\x56"
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE1, exif),
            segment(0xFE, b"a comment"),
            segment(0xDB, b"\0" + bytes(range(64))),
            segment(0xC2, frame),
            scan,
            segment(0xC4, b"\0" + b"\xff\xd9" + bytes(14)),
            scan,
            b"\xff\xd9",
            after,
        ]
    )


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def webp(width: int = 200, height: int = 200, *more: tuple[bytes, bytes], flags: int = 0) -> bytes:
    """A WebP in its extended form, with more parts."""
    bits = (width - 1) | (height - 1) << 14
    head = bytes([flags]) + bytes(3) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    parts = [(b"VP8X", head), (b"VP8L", b"\x2f" + struct.pack("<I", bits) + b"\0\0\0"), *more]
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in parts
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
