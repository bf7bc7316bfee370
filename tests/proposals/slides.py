"""Files that somebody may upload: honest ones, and hostile ones of every kind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

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


def picture(
    kind: str = "JPEG",
    width: int = 300,
    height: int = 200,
    *,
    turned: int = 0,
    mode: str = "RGB",
    **more: Any,
) -> bytes:
    """A real picture, red at the top and blue at the bottom; `turned`: which way is up, as a camera says it, beside the place."""
    made = Image.new(mode, (width, height), "blue")
    made.paste("red", (0, 0, width, height // 2))
    if turned:
        exif = Image.Exif()
        exif[0x0112], exif[0x010E] = turned, "Taken at home"
        exif.get_ifd(0x8825)[1] = "N"
        more["exif"] = exif
    out = io.BytesIO()
    made.save(out, kind, **more)
    return out.getvalue()


def moving(kind: str) -> bytes:
    """A picture of two frames."""
    frames = [Image.new("RGB", (200, 200), color) for color in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()
