"""What is let in as slides or a portrait, by content; and what every hostile file is told."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from jam.base.errors import Refused
from jam.proposals import portraits, slides
from tests.proposals import slides as made

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (made.pdf(), slides.PDF),
        (made.pdf(b"4 0 obj<</Length 9>>stream\n/JS (x) \nendstream endobj\n"), slides.PDF),
        (made.pptx(), slides.PPTX),
        (made.pptx(("ppt/embeddings/table.xlsx", made.packed(("a", b"b")))), slides.PPTX),
        (made.odp(), slides.ODP),
    ],
)
def test_slides_are_known_by_their_content(data: bytes, kind: str) -> None:
    assert slides.check(data) == kind


def locked() -> bytes:
    data = bytearray(made.pptx())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def liar() -> bytes:
    """A ZIP whose directory says less than its content has."""
    data = bytearray(made.pptx(("ppt/media/big.bin", bytes(3 * MEGABYTE))))
    place = data.index(b"PK\x01\x02", data.rindex(b"ppt/presentation.xml"))
    struct.pack_into("<I", data, place + 24, 10)
    return bytes(data)


def linked() -> bytes:
    out = io.BytesIO(made.pptx())
    with zipfile.ZipFile(out, "a") as archive:
        entry = zipfile.ZipInfo("ppt/link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is nothing in this file"),
        (b"hello", "no slides that we can open"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "no slides that we can open",
        ),
        (b"MZ\x90\0", "no slides that we can open"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "no slides that we can open"),
        (b"GIF89a" + made.pdf(), "no slides that we can open"),
        (made.pdf()[:-10], "cut off"),
        (made.pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "runs scripts"),
        (made.pdf(b"<</S/Launch/F(cmd.exe)>>"), "runs scripts"),
        (made.pdf(b"<</Type/EmbeddedFile>>"), "runs scripts"),
        (made.pdf(b"<</S/J#61vaScript/J#53(app.alert(1))>>"), "runs scripts"),
        (made.pdf(b"%stream\n<</S/JavaScript/JS(app.alert(1))>>\n%endstream\n"), "runs scripts"),
        (made.pdf(made.objects(b"4 0 <</S/JavaScript/JS(app.alert(1))>>")), "runs scripts"),
        (made.pdf(made.objects(b"4 0 " + bytes(60 * MEGABYTE))), "more parts than slides have"),
        (made.pdf(b"stream\n" * 100_000), "more parts than slides have"),
        (made.pdf() + made.packed(("a.exe", b"MZ")) + b"%%EOF", "carries another file"),
        (made.packed(("a.txt", b"x")), "no slides"),
        (made.packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"")), "no slides"),
        (
            made.packed(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"")),
            "no slides",
        ),
        (made.pptx(main="application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"), "hold macros"),
        (made.pptx(("ppt/vbaProject.bin", b"x")), "macros or programs"),
        (made.pptx(("ppt/activeX/activeX1.bin", b"x")), "macros or programs"),
        (made.pptx(("ppt/media/run.exe", b"MZ")), "macros or programs"),
        (made.odp(("Basic/Standard/Module1.xml", b"x")), "macros or programs"),
        (made.odp(("Scripts/python/a.py", b"x")), "macros or programs"),
        (made.pptx(("../../etc/passwd", b"x")), "outside of itself"),
        (made.pptx(("/etc/passwd", b"x")), "outside of itself"),
        (made.pptx(("C:\\evil", b"x")), "outside of itself"),
        (linked(), "outside of itself"),
        (locked(), "locked with a password"),
        (made.pptx(("ppt/media/bomb", bytes(210 * MEGABYTE))), "larger than 200 MB"),
        (made.pptx(*((f"ppt/slides/{n}", b"") for n in range(5_000))), "larger than 200 MB"),
        (liar(), "damaged"),
        (made.pptx()[:-30], "damaged"),
        (made.pptx()[:200], "damaged"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (made.pdf() + bytes(20 * MEGABYTE), "larger than 19 MB"),
    ],
    ids=range(37),
)
def test_hostile_slides_are_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        slides.check(data)
    assert sentence in refused.value.message


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_portrait_is_drawn_anew_without_what_stood_beside_it(kind: str) -> None:
    taken = (
        made.picture(kind, turned=6, comment=b"a comment") if kind == "JPEG" else made.picture(kind, turned=6)
    )
    assert b"Taken at home" in taken
    media_type, data = portraits.clean(taken + b"PK\x03\x04<script>")
    assert media_type == "image/jpeg"
    for gone in (b"Taken at home", b"Exif", b"a comment", b"script", b"GPS"):
        assert gone not in data
    kept = opened(data)
    assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (200, 300), {})  # turned upright
    red, _, blue = kept.getpixel((150, 150))  # type: ignore[misc]  # what was at the top stands at the right
    assert red > 200 > 60 > blue
    assert portraits.clean(taken) == (media_type, portraits.clean(taken)[1])


def test_a_large_picture_is_kept_small_and_a_small_one_as_it_is() -> None:
    assert opened(portraits.clean(made.picture(width=5_000, height=4_000))[1]).size == (800, 640)
    assert opened(portraits.clean(made.picture(width=120, height=100))[1]).size == (120, 100)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "CMYK", "1"])
def test_every_kind_of_color_becomes_one(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    color = {"L": 200, "1": 1}.get(mode)
    picture = Image.new(mode, (200, 200), color) if color is not None else Image.new(mode, (200, 200))
    out = io.BytesIO()
    picture.save(out, kind, **({"transparency": 0} if mode == "P" else {}))
    kept = opened(portraits.clean(out.getvalue())[1])
    assert kept.mode == "RGB"
    assert kept.getpixel((10, 10)) == {"L": (200, 200, 200)}.get(mode, (255, 255, 255))


def test_a_phones_picture_with_a_second_one_inside_is_its_first() -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), "red").save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (200, 200), "blue")]
    )
    red, _, blue = opened(portraits.clean(out.getvalue())[1]).getpixel((100, 100))  # type: ignore[misc]
    assert red > 200 > 60 > blue


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is nothing"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture that we can show"),
        (b"GIF89a", "no picture that we can show"),
        (made.pdf(), "no picture that we can show"),
        (made.png(50, 50), "50 by 50 pixels"),
        (made.png(9_000, 200), "9,000 by 200 pixels"),
        (made.png(6_000, 6_000), "more than 25 million pixels"),
        (made.png(10_000, 10_000), "more than 25 million pixels"),
        (made.png(50_000, 50_000), "more than 25 million pixels"),
        (made.png()[:-30], "damaged"),
        (made.png().replace(b"IDAT", b"IDAU"), "damaged"),
        (made.picture()[:400], "damaged"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\xff\xd8\xff\xe1\xff\xff", "damaged"),
        (made.moving("PNG"), "moves"),
        (made.moving("WEBP"), "moves"),
        (made.picture("WEBP")[:-40], "damaged"),
        (b"RIFF\x04\0\0\0WEBP", "damaged"),
        (made.png() + bytes(6 * MEGABYTE), "larger than 5 MB"),
    ],
    ids=range(19),
)
def test_what_is_no_portrait_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        portraits.clean(data)
    assert sentence in refused.value.message


@given(st.binary(max_size=60), st.integers(0, 3_000), st.sampled_from(["JPEG", "PNG", "WEBP"]))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_whatever_stands_in_a_picture_it_is_kept_or_refused(noise: bytes, place: int, kind: str) -> None:
    whole = made.picture(kind, 200, 200)
    spoiled = whole[:place] + noise + whole[place + len(noise) :]
    try:
        kept = opened(portraits.clean(spoiled)[1])
    except Refused:
        return
    assert (kept.format, max(kept.size) <= portraits.KEPT_SIDE) == ("JPEG", True)
