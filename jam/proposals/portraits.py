"""A portrait by its content: JPEG, PNG or WebP, decoded and drawn anew as a small JPEG.

So nothing comes along that a camera or a program put beside it (where it was taken, comments, another file behind its end), and
nothing that only looks like a picture. Which way is up is drawn.
"""

from __future__ import annotations

import io
import struct
import zlib

from jam.base.errors import Refused

LARGEST = 5 * 1024 * 1024
#: Pixels along a side, and in all: each costs three or four bytes of memory while it is drawn.
SMALLEST_SIDE, LARGEST_SIDE = 100, 6_000
MOST_PIXELS = 25_000_000
#: What is kept: as large as a page shows it on a fine screen.
KEPT_SIDE = 800
_QUALITY = 85

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
#: Endings of what is kept; earlier portraits may be of the other kinds.
ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp"}

_READ = ("JPEG", "PNG", "WEBP")
#: What the decoders raise for what is cut off or made up.
_DAMAGED = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, struct.error, zlib.error,
)  # fmt: skip


def clean(data: bytes) -> tuple[str, bytes]:
    """The media type of a portrait and its bytes, drawn anew. Refused, in words, for anything that is none."""
    if not data:
        raise Refused("There is nothing in this file. Choose a picture.")
    if len(data) > LARGEST:
        raise Refused("This picture is larger than 5 MB. Save it smaller; 800 pixels a side are plenty.")
    if not _is_one(data):
        raise Refused("This is no picture that we can show: please choose a JPEG, PNG or WebP.")
    from PIL import Image  # dear to load, and only who sends a picture needs it

    try:
        return JPEG, _drawn(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _DAMAGED as error:
        raise Refused("This picture is damaged and cannot be opened. Save it again.") from error


def _is_one(data: bytes) -> bool:
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    )


def _drawn(data: bytes) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=_READ) as picture:
        _check_size(*picture.size)  # only the head was read so far
        if picture.format != "MPO" and getattr(picture, "is_animated", False):
            raise Refused("This picture moves. Choose one that stands still.")
        picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a large JPEG is decoded smaller at once
        upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
    # A new picture, so that nothing but pixels comes along; what is transparent becomes white.
    kept = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        layers = upright.convert("RGBA")
        kept.paste(layers, mask=layers.getchannel("A"))
    else:
        kept.paste(upright.convert("RGB"))
    out = io.BytesIO()
    kept.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _check_size(width: int, height: int) -> None:
    if min(width, height) < SMALLEST_SIDE or max(width, height) > LARGEST_SIDE:
        raise Refused(
            f"This picture has {width:,} by {height:,} pixels. Each side needs between {SMALLEST_SIDE} and "
            f"{LARGEST_SIDE:,}."
        )
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Refused:
    return Refused(
        f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels. Save it smaller; 800 a side are plenty."
    )
