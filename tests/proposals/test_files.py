"""What is let in as slides or a portrait, by content; and what every hostile file is told."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

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


def test_a_picture_comes_without_what_stood_beside_it() -> None:
    spoiled = made.png(200, 200, made.chunk(b"tEXt", b"Comment\0at home"), made.chunk(b"eXIf", b"GPS"))
    assert portraits.clean(spoiled + b"<script>") == ("image/png", made.png())


def test_a_jpeg_keeps_its_scans_and_which_way_is_up() -> None:
    kind, data = portraits.clean(made.jpeg(turned=6, place=b"GPS 40.7 N", after=b"PK\x03\x04 another file"))
    assert kind == "image/jpeg"
    for gone in (b"GPS", b"a comment", b"another file"):
        assert gone not in data
    assert data.count(b"\xff\xda") == 2
    assert data.endswith(b"\x56\xff\xd9")
    assert portraits.clean(data) == (kind, data)
    assert portraits._orientation(data[2 : 2 + 36]) == 6
    assert b"Exif" not in portraits.clean(made.jpeg(turned=1))[1]


def test_a_webp_loses_its_notes() -> None:
    kind, data = portraits.clean(
        made.webp(200, 200, (b"EXIF", b"GPS!"), (b"XMP ", b"<x/>!"), flags=0x0C) + b"more"
    )
    assert (kind, b"GPS" in data, b"XMP" in data) == ("image/webp", False, False)
    assert data == made.webp()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is nothing"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture that we can show"),
        (b"GIF89a", "no picture that we can show"),
        (made.pdf(), "no picture that we can show"),
        (made.png(50, 50), "50 by 50 pixels"),
        (made.png(50_000, 50_000), "50,000 by 50,000 pixels"),
        (made.png()[:-6], "damaged"),
        (made.png().replace(b"IDAT", b"IDAU"), "damaged"),
        (made.jpeg(20, 20), "20 by 20 pixels"),
        (made.jpeg()[:-40], "damaged"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\xff\xd8\xff\xe1\xff\xff", "damaged"),
        (made.webp(flags=2), "moves"),
        (made.webp()[:-4], "damaged"),
        (made.webp(9_000, 200), "9,000 by 200 pixels"),
        (b"RIFF\x04\0\0\0WEBP", "damaged"),
        (made.png() + bytes(6 * MEGABYTE), "larger than 5 MB"),
    ],
    ids=range(17),
)
def test_what_is_no_portrait_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        portraits.clean(data)
    assert sentence in refused.value.message
