"""Pictures without what cameras and programs write into them. Their points stay as they are, byte by byte."""

from __future__ import annotations

import struct

#: Parts of a JPEG (ITU-T T.81, annex B) that stay: APP0 says how wide a point is, APP2 holds the profile of colors, APP14 says
#: how colors are coded. All other APPn and comments go: Exif, XMP, IPTC.
_JPEG_KEPT_APP = (0xE0, 0xE2, 0xEE)
#: How what goes begins: a damaged file might hold it elsewhere.
_SIGNS = (b"Exif\0", b"http://ns.adobe.com", b"Photoshop 3.0")
#: Parts of a PNG (W3C PNG, section 11) that are needed to draw it.
_PNG_KEPT = (
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"cHRM",
    b"gAMA",
    b"iCCP",
    b"sBIT",
    b"sRGB",
    b"bKGD",
    b"pHYs",
)
_PNG = b"\x89PNG\r\n\x1a\n"


def clean(data: bytes) -> bytes:
    """A JPEG or PNG without what is not drawn. ValueError for any other kind, and for what is damaged."""
    if data.startswith(b"\xff\xd8"):
        return jpeg(data)
    if data.startswith(_PNG):
        return png(data)
    raise ValueError("neither JPEG nor PNG")


def jpeg(data: bytes) -> bytes:
    """A JPEG without Exif, XMP, IPTC and comments, and without what follows its end."""
    if not data.startswith(b"\xff\xd8"):
        raise ValueError("no JPEG")
    kept, place = [b"\xff\xd8"], 2
    while True:
        if place + 4 > len(data) or data[place] != 0xFF:
            raise ValueError("damaged JPEG")
        mark = data[place + 1]
        if mark == 0xFF:  # filling
            place += 1
            continue
        end = place + 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]
        if mark == 0xDA:  # the picture itself, up to its end
            last = data.find(b"\xff\xd9", end)  # a thumbnail that follows it is left out
            if last < 0:
                raise ValueError("damaged JPEG")
            made = b"".join([*kept, data[place : last + 2]])
            if any(each in made for each in _SIGNS):
                raise ValueError("damaged JPEG")
            return made
        if not (0xE0 <= mark <= 0xEF or mark == 0xFE) or mark in _JPEG_KEPT_APP:
            kept.append(data[place:end])
        place = end


def png(data: bytes) -> bytes:
    """A PNG without texts, times and Exif, and without what follows its end."""
    kept, place = [_PNG], len(_PNG)
    while True:
        if place + 12 > len(data):
            raise ValueError("damaged PNG")
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        end = place + 12 + length
        if end > len(data):
            raise ValueError("damaged PNG")
        if kind in _PNG_KEPT:
            kept.append(data[place:end])
        if kind == b"IEND":
            return b"".join(kept)
        place = end
