"""A portrait by its content: JPEG, PNG or WebP, written anew from the parts that make the picture and nothing else.

What a camera or a program put beside it (where it was taken, comments, another file behind its end) does not come along;
which way is up does.
"""

from __future__ import annotations

import struct
import zlib

from jam.base.errors import Refused

LARGEST = 5 * 1024 * 1024
#: Pixels along a side. Larger ones help nobody and may be made to exhaust whoever opens them.
SMALLEST_SIDE, LARGEST_SIDE = 100, 6_000

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp"}

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
#: Parts of a PNG that make the picture (PNG, section 5.6), its transparency and its colors among them.
_PNG_PARTS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB"}
#: Parts of a WebP that make a still picture (RFC 9649, section 2).
_WEBP_PARTS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"}
_ORIENTATION = 0x0112
#: Markers of a JPEG that begin a frame, and those of what stands beside the picture.
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BESIDE = {*range(0xE0, 0xF0), 0xFE}


def clean(data: bytes) -> tuple[str, bytes]:
    """The media type of a picture and its bytes written anew. Refused, in words, for anything that is none."""
    if not data:
        raise Refused("There is nothing in this file. Choose a picture.")
    if len(data) > LARGEST:
        raise Refused("This picture is larger than 5 MB. Save it smaller; 800 pixels a side are plenty.")
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return JPEG, _jpeg(data)
        if data.startswith(_PNG_HEAD):
            return PNG, _png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return WEBP, _webp(data)
    except (struct.error, IndexError, ValueError) as error:
        raise Refused("This picture is damaged and cannot be opened. Save it again.") from error
    raise Refused("This is no picture that we can show: please choose a JPEG, PNG or WebP.")


def _sized(width: int, height: int) -> None:
    if min(width, height) < SMALLEST_SIDE or max(width, height) > LARGEST_SIDE:
        raise Refused(
            f"This picture has {width:,} by {height:,} pixels. Each side needs between {SMALLEST_SIDE} and "
            f"{LARGEST_SIDE:,}."
        )


def _jpeg(data: bytes) -> bytes:
    """Segments and scans up to the end marker, without application data and comments (ITU-T T.81, annex B)."""
    out, place, sized, scanned, turned = [b"\xff\xd8"], 2, False, False, 0
    while (marker := data[place + 1]) != 0xD9:
        if data[place] != 0xFF:
            raise ValueError("no marker")
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        (length,) = struct.unpack_from(">H", data, place + 2)
        segment = data[place : place + 2 + length]
        if length < 2 or len(segment) < 2 + length:
            raise ValueError("cut off")
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            _sized(width, height)
            sized = True
        turned = turned or _orientation(segment)
        if marker not in _BESIDE or (marker == 0xEE and segment[4:9] == b"Adobe"):
            out.append(segment)
        place += 2 + length
        if marker == 0xDA:
            end = _scan_end(data, place)
            out.append(data[place:end])
            place, scanned = end, True
    if not (sized and scanned):
        raise ValueError("no picture")
    if turned > 1:
        out.insert(1, _turn(turned))
    return b"".join(out) + b"\xff\xd9"


def _scan_end(data: bytes, place: int) -> int:
    """Where the next marker stands: in a scan, 0xFF is followed by zero or by a restart mark."""
    while True:
        place = data.index(b"\xff", place)
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2


def _orientation(segment: bytes) -> int:
    """Which way is up, of an Exif segment (Exif 2.3, section 4.6); 0 where it does not say."""
    if segment[1] != 0xE1 or segment[4:10] != b"Exif\0\0":
        return 0
    body = segment[10:]
    order = {b"II": "<", b"MM": ">"}.get(body[:2])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack_from(f"{order}I", body, 4)
        (number,) = struct.unpack_from(f"{order}H", body, start)
        for each in range(min(number, 100)):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", body, start + 2 + 12 * each)
            if (tag, kind, count) == (_ORIENTATION, 3, 1):
                return value if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _turn(value: int) -> bytes:
    """An Exif segment that says which way is up and nothing else."""
    body = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, _ORIENTATION, 3, 1, value, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(data: bytes) -> bytes:
    out, place, first, ended = [_PNG_HEAD], 8, True, False
    while not ended:
        (length,) = struct.unpack_from(">I", data, place)
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        (mark,) = struct.unpack_from(">I", data, place + 8 + length)
        if len(body) < length or zlib.crc32(name + body) != mark:
            raise ValueError("damaged")
        if first:
            if name != b"IHDR":
                raise ValueError("no head")
            _sized(*struct.unpack_from(">II", body))
            first = False
        if name in _PNG_PARTS:
            out.append(data[place : place + 12 + length])
        elif not name[0] & 0x20:
            raise ValueError("a part that nobody knows")
        ended = name == b"IEND"
        place += 12 + length
    return b"".join(out)


def _webp(data: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise ValueError("cut off")
    parts, place, picture = [], 12, False
    while place < size + 8:
        name = data[place : place + 4]
        (length,) = struct.unpack_from("<I", data, place + 4)
        body = data[place + 8 : place + 8 + length]
        if len(body) < length:
            raise ValueError("cut off")
        if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", body, 6)
            _sized(width & 0x3FFF, height & 0x3FFF)
            picture = True
        elif name == b"VP8L" and body[:1] == b"\x2f":
            (bits,) = struct.unpack_from("<I", body, 1)
            _sized((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
            picture = True
        elif name == b"VP8X":
            if body[0] & 0x02:
                raise Refused("This picture moves. Choose one that stands still.")
            body = (
                bytes([body[0] & 0x30]) + body[1:]
            )  # a color profile and transparency may follow, nothing else
        if name in _WEBP_PARTS:
            parts.append(name + struct.pack("<I", length) + body + b"\0" * (length % 2))
        place += 8 + length + length % 2
    if not picture:
        raise ValueError("no picture")
    whole = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole
