"""ZIPs that mean harm, and what is wrong with others."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from jam.archive import unpack as room
from jam.archive.unpack import Member, unpack
from jam.base.errors import Refused
from tests.archive.files import zipped

MEGABYTE = 1024 * 1024


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        unpack([("past.zip", data)])
    return caught.value.message


def test_files_come_out_and_litter_does_not() -> None:
    files = {"a/b.csv": b"1", "__MACOSX/a/._b.csv": b"2", "a/.DS_Store": b"3", "a/._c.csv": b"4", "a/": b""}
    assert unpack([("past.zip", zipped(files)), ("c.csv", b"5")]) == [
        Member("a/b.csv", b"1"),
        Member("c.csv", b"5"),
    ]


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    bomb = zipped({f"{n}.csv": b"0" * (50 * MEGABYTE) for n in range(5)})
    assert len(bomb) < MEGABYTE
    assert refusal(bomb) == "Unpacked, these files are larger than 200 MB. Split them into several uploads."


def test_a_bomb_that_declares_little_is_refused_when_it_is_opened() -> None:
    bomb = bytearray(zipped({"a.csv": b"0" * (30 * MEGABYTE)}))
    at = bomb.rindex(b"PK\x01\x02")
    struct.pack_into("<I", bomb, at + 24, 10)
    assert refusal(bytes(bomb)) == "This ZIP is damaged and cannot be opened. Pack the files again."


def test_what_is_unpacked_is_counted_over_all_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_UNPACKED", 10)
    assert len(unpack([("a.zip", zipped({"a": b"12345"})), ("b.zip", zipped({"b": b"12345"}))])) == 2
    with pytest.raises(Refused, match="larger than 200 MB"):
        unpack([("a.zip", zipped({"a": b"12345"})), ("b.zip", zipped({"b": b"123456"}))])
    monkeypatch.setattr(room, "_check", lambda *_: None)
    assert "larger than 200 MB" in refusal(zipped({"a": b"12345678901"}))


def test_too_many_files_are_refused() -> None:
    assert refusal(zipped({str(n): b"" for n in range(501)})) == (
        "There are more than 500 files. Split them into several uploads."
    )


def test_too_much_is_refused() -> None:
    assert (
        refusal(b"x" * (20 * MEGABYTE + 1)) == "This upload is larger than 20 MB. Split it into smaller ones."
    )


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "a/../../b.csv", "..\\a.csv", "C:\\a.csv"])
def test_names_that_point_outside_are_refused(name: str) -> None:
    assert "points to a place outside of the ZIP" in refusal(zipped({name: b"1"}))


def test_links_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "points to a place outside of the ZIP" in refusal(out.getvalue())


@pytest.mark.parametrize("inner", [zipped({"a": b"1"}), b"\x1f\x8b\x08abc", b"Rar!\x1a"])
def test_archives_inside_are_refused(inner: bytes) -> None:
    assert refusal(zipped({"a.csv": inner})).startswith("“a.csv” is itself packed.")


def test_a_spreadsheet_says_what_to_do() -> None:
    assert refusal(zipped({"[Content_Types].xml": b"1"})).startswith("This is a spreadsheet.")


@pytest.mark.parametrize("cut", [10, 60, 100])
def test_half_a_zip_is_refused(cut: int) -> None:
    assert (
        refusal(zipped({"a.csv": b"1" * 50})[:cut])
        == "This ZIP is damaged and cannot be opened. Pack the files again."
    )


def test_a_locked_zip_is_refused() -> None:
    data = bytearray(zipped({"a.csv": b"1"}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in refusal(bytes(data))


def test_an_empty_zip_is_refused() -> None:
    assert refusal(zipped({})) == (
        "There is no file in this upload. Choose a ZIP with sessions.csv, lists and reports."
    )
