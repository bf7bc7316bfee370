"""Text that people type is cleaned once, and Markdown that they write cannot harm."""

from __future__ import annotations

import pytest

from jam.base import markdown
from jam.base.csvfile import csv_bytes
from jam.base.errors import Refused
from jam.base.text import clean_line, clean_text, slugify


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana   Lee ", "Ana Lee"),
        ("Ana\r\nBcc: x", "Ana Bcc: x"),
        ("Ana\u2028Lee\u2029!", "Ana Lee !"),
        ("Ana\x00\x08\x1b\x7f\x9fLee", "AnaLee"),
        ("\ufeffAna", "Ana"),
        ("\u202eeeL anA\u2066", "eeL anA"),
        ("\ue000my_page\ue001", "my_page"),
        ("e\u0301", "é"),
        ("\ud800Ana", "Ana"),
        ("A\u00a0B\u3000C\tD", "A B C D"),
        ("李安娜 🎈", "李安娜 🎈"),
        ("", ""),
    ],
)
def test_a_line_is_cleaned(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept
    assert clean_line(kept) == kept


def test_text_keeps_its_lines() -> None:
    assert clean_text(" one\r\ntwo\rthree\u2028four\tfive\x0b \n") == "one\ntwo\nthree\nfour\tfive"


def test_text_that_is_too_long_is_refused_with_its_length() -> None:
    assert clean_line("x" * 200) == "x" * 200
    with pytest.raises(Refused, match=r"The title is 1,201 characters long; 200 is the most\."):
        clean_line("x" * 1201, what="The title")
    with pytest.raises(Refused):
        clean_text("x" * 10_001)


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Peers in the crisis line", "peers-in-the-crisis-line"), ("  Zoë & Co. ", "zoe-co"), ("李安娜", ""), ("--", ""), ("a" * 61, "a" * 60)],
)  # fmt: skip
def test_a_slug_is_lower_case_letters_digits_and_hyphens(title: str, slug: str) -> None:
    assert slugify(title) == slug


HARMFUL = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>)", "[x](vbscript:x)", "![x](https://evil.example/x.png)",
    "[x](https://ok.example \"onmouseover=alert(1)\")", "<a href='javascript:x'>x</a>", "<iframe src=//evil.example>",
    "<style>*{display:none}</style>", "<div style=\"position:fixed\">x</div>", "[x]( java\nscript:alert(1))", "<base href=//evil.example>",
    "[x](&#106;avascript:alert(1))", "<form action=//evil.example>", "```<script>\n</script>```", "[x][y]\n\n[y]: javascript:alert(1)",
    "<https://evil.example/?<script>>", "\"><script>alert(1)</script>", "&lt;script&gt;",
]  # fmt: skip


@pytest.mark.parametrize("source", HARMFUL)
def test_markdown_holds_no_harm(source: str) -> None:
    html = str(markdown.render(source)).lower()
    for harm in ("<script", "<img", "<svg", "<iframe", "<style", "<div", "<form", "<base", "javascript:alert(1)\"", "href=\"data", "href=\"javascript", "href=\"vbscript"):  # fmt: skip
        assert harm not in html
    for tag in html.split("<")[1:]:
        assert " on" not in tag.partition(">")[0]
        assert " style" not in tag.partition(">")[0]


@pytest.mark.parametrize(
    "source", ["https://evil.example", "www.evil.example", "see evil.example now", "ana@evil.example"]
)
def test_nothing_becomes_a_link_by_itself(source: str) -> None:
    assert "<a" not in markdown.render(source)


def test_markdown_does_what_staff_mean() -> None:
    html = markdown.render("# Learn\n\n*One* **two** [three](https://ok.example)\n\n- a\n- b")
    assert html == (
        '<h2>Learn</h2>\n<p><em>One</em> <strong>two</strong> <a href="https://ok.example" rel="noopener nofollow">three</a></p>\n'
        "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
    )


def test_markdown_reads_as_plain_words() -> None:
    assert markdown.plain("# Learn\n\nOne **two** [three](https://ok.example)\n\n- a\n- b\n\nEnd.") == (
        "Learn\n\nOne two three (https://ok.example)\n\n- a\n- b\n\nEnd."
    )


FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "  +1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_file_is_a_formula(cell: str) -> None:
    written = csv_bytes(["h"], [[cell]]).decode("utf-8-sig").removeprefix("h\r\n").removeprefix('"')
    assert written.startswith("'" + cell[:1])


def test_cells_that_are_none_are_empty_and_numbers_stay() -> None:
    assert csv_bytes(["a", "b"], [[None, -3]]) == b"\xef\xbb\xbfa,b\r\n,-3\r\n"
