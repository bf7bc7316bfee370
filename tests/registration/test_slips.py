"""Typing slips in addresses: asked about where they are likely, never where the address is good."""

from __future__ import annotations

import pytest

from jam.registration.slips import is_one_slip, likely_address

USUAL = ["riversideclinic.org", "ohio.gov", "clinic1.example"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ana@gmial.com", "ana@gmail.com"),
        ("ana@gmal.com", "ana@gmail.com"),
        ("ana@gmail.con", "ana@gmail.com"),
        ("ana@gmial.con", "ana@gmail.com"),
        ("Ana.Lee+jam@GMIAL.com", "Ana.Lee+jam@gmail.com"),
        ("ana@yaho.com", "ana@yahoo.com"),
        ("ana@yahooo.com", "ana@yahoo.com"),
        ("ana@hotmial.com", "ana@hotmail.com"),
        ("ana@outlok.com", "ana@outlook.com"),
        ("ana@iclod.com", "ana@icloud.com"),
        ("ana@county.ogr", "ana@county.org"),
        ("ana@riversideclinc.org", "ana@riversideclinic.org"),
        ("ana@ohoi.gov", "ana@ohio.gov"),
    ],
)
def test_a_slip_is_found(typed: str, meant: str) -> None:
    assert likely_address(typed, USUAL) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "ana@gmail.com",
        "ana@mail.com",
        "ana@ymail.com",
        "ana@gmx.com",
        "ana@email.com",
        "ana@ohio.gov",
        "ana@iowa.gov",
        "ana@idaho.gov",
        "ana@clinic2.example",
        "ana@riverside.example",
        "ana@thenationalcouncil.org",
        "ana@example.co",
        "ana@cox.com",
    ],
)
def test_a_good_address_is_left_alone(typed: str) -> None:
    assert likely_address(typed, USUAL) is None


def test_one_slip_is_one() -> None:
    slips = {
        each: is_one_slip(each, "gmail")
        for each in ("gmai", "gmaiil", "gmaol", "gmial", "gmail", "gami", "mgali")
    }
    assert slips == {
        "gmai": True, "gmaiil": True, "gmaol": True, "gmial": True, "gmail": False, "gami": False, "mgali": False,
    }  # fmt: skip
