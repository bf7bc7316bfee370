"""Taking presenters out of a text: everything that is known of them goes, and what only looks like it stays."""

from __future__ import annotations

import pytest

from jam.review.masking import Identity, Mask, folded

WHO = Mask(
    Identity(
        names=frozenset({"Dr. Rosa Teague, MSW", "Al Stone", "José Ñandú", "May Young"}),
        organizations=frozenset(
            {
                "Riverside Clinic, Inc.",
                "Center for Better Days",
                "Smith & Wesson House",
                "Three Rivers Workforce Table",
                "Uplift",
            }
        ),
        addresses=frozenset({"rosa@riverbend.example"}),
        domains=frozenset({"riverbend.example", "gmail.com"}),
    )
)

TEXTS = {
    "Rosa Teague and I": "[presenter] and I",
    "rosa and TEAGUE’s team": "[presenter] and [presenter]’s team",
    "Jose Nandu, José": "[presenter], [presenter]",
    "Al said: stone by stone, Mr. Stone": "[presenter] said: stone by stone, Mr. [presenter]",
    "In May we may be young; May Young is not": "In [presenter] we may be young; [presenter] is not",
    "At the RIVERSIDE CLINIC and at Riverside": "At the [organization] and at [organization]",
    "by the riverside, in a clinic": "by the riverside, in a clinic",
    "#RiversideClinic": "#[organization]",
    "smith and wesson house": "[organization]",
    "CBD has better days": "[organization] has better days",
    "Three months at Three Rivers": "Three months at [organization]",
    "an uplift at Uplift": "an uplift at [organization]",
    "write to r.t@else.example or @rosa_t": "write to [address] or [presenter]",
    "see https://a.example/riverside?x=(y) and www.b.org/c": "see [link](y) and [link]",
    "see riverbend.example, Riverbend, youtu.be/abc": "see [link], [organization], [link]",
    "call (614) 555-0123 or 614-555-0123": "call [phone number] or [phone number]",
    "Ro\u200bsa T&#101;ague": "[presenter]",
    "31 % to 18 %, e.g. at 1:00 p.m., in the U.S.": "31 % to 18 %, e.g. at 1:00 p.m., in the U.S.",
}


@pytest.mark.parametrize(("text", "masked"), TEXTS.items())
def test_what_is_known_goes_and_the_rest_stays(text: str, masked: str) -> None:
    assert WHO.line(text) == masked


def test_markdown_keeps_its_form_and_loses_its_links() -> None:
    text = '**Rosa** at [our site](https://riverside.example/a_(b) "x")(Riverside)\n\n[1]: https://c.example\n\n- <https://d.example>'
    masked = WHO.markdown(text)
    assert masked == "**\\[presenter\\]** at our site(\\[organization\\])\n\n\n\n- <\\[link\\]>"


def test_nobody_known_means_nothing_but_links_is_taken_out() -> None:
    assert Mask(Identity()).line("Rosa at Riverside, a@b.example") == "Rosa at Riverside, [address]"


def test_folding_keeps_every_letter_in_its_place() -> None:
    text = "Ünïcödé ß Æ ﬁ İstanbul 東京"
    assert len(folded(text)) == len(text)
