"""Drawings as SVG that a page, a file and a printed report share: shapes in named colors, and their words.

A shape carries the color of paper as an attribute and its name as a class, so that a page's style sheet can give it
another one in the dark; a file needs no style sheet. Patterns and words say whatever a color says.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

#: What the colors are on paper; `parts.css` gives each another one in the dark, under `.drawing`.
COLORS = {
    "ink": "#1b2a33",
    "soft": "#4c5a63",
    "rule": "#ddd6c6",
    "line": "#7f7a6c",
    "leaf": "#ffffff",
    "pale": "#5f949c",
    "deep": "#0b3f4a",
    "step0": "#f3efe4",
    "step1": "#d3e4e6",
    "step2": "#a5c9ce",
    "step3": "#6fa6ae",
    "step4": "#2c7482",
    "step5": "#0b414c",
    # Words on the steps.
    "on0": "#1b2a33",
    "on1": "#1b2a33",
    "on2": "#1b2a33",
    "on3": "#10191e",
    "on4": "#ffffff",
    "on5": "#ffffff",
}

SANS = "Segoe UI, Roboto, Noto Sans, Ubuntu, Cantarell, Liberation Sans, Helvetica, Arial, sans-serif"

#: The widths that are drawn: a desk, and a phone.
WIDE, NARROW = 960, 320

Row = Sequence[str]


class Sheet:
    """Paper to draw on. Lengths are in its own units, which a page scales; y grows downwards."""

    def __init__(self, width: float, height: float, size: float) -> None:
        """`size`: of its letters."""
        self.width, self.height, self.size = width, height, size
        self._parts: list[str] = []
        self._hatched = False

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str = "", round_: float = 0
    ) -> None:
        """A box, from its upper left corner; `edge` is the color of its border. The fill `hatch` is a pattern."""
        corner = f' rx="{_n(round_)}"' if round_ else ""
        self._add(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"{corner}', fill, edge
        )

    def circle(self, x: float, y: float, radius: float, fill: str, edge: str = "") -> None:
        """A disc, or a ring where `fill` is empty."""
        self._add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"', fill, edge)

    def area(self, points: Sequence[tuple[float, float]], fill: str, edge: str = "") -> None:
        """A closed shape through points."""
        self._add(f'<path d="M{"L".join(f"{_n(x)} {_n(y)}" for x, y in points)}Z"', fill, edge)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, color: str = "rule", *, dashed: bool = False
    ) -> None:
        """A straight line."""
        dash = ' stroke-dasharray="4 4"' if dashed else ""
        self._add(f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"{dash}', "", color)

    def text(
        self, x: float, y: float, words: str, color: str = "ink", *, at: str = "start", size: float = 0,
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Words with their foot at y; `at`: whether x is their start, middle or end."""
        anchor = "" if at == "start" else f' text-anchor="{at}"'
        weight = ' font-weight="600"' if bold else ""
        tag = f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size or self.size)}"{anchor}{weight}'
        self._parts.append(f'{tag} fill="{COLORS[color]}" class="f-{color}">{escape(words)}</text>')

    def fitted(self, words: str, width: float, size: float = 0) -> str:
        """The words, shortened with an ellipsis to what about fits a width."""
        room = max(3, int(width / ((size or self.size) * 0.54)))
        return words if len(words) <= room else words[: room - 1].rstrip() + "…"

    def _add(self, tag: str, fill: str, edge: str) -> None:
        names = []
        if fill == "hatch":
            self._hatched = True
            tag += ' fill="url(#hatch)"'
        elif fill:
            tag += f' fill="{COLORS[fill]}"'
            names.append(f"f-{fill}")
        else:
            tag += ' fill="none"'
        if edge:
            tag += f' stroke="{COLORS[edge]}"'
            names.append(f"e-{edge}")
        self._parts.append(f'{tag} class="{" ".join(names)}"/>' if names else f"{tag}/>")

    def svg(self, title: str, description: str, *, id: str = "chart", css: str = "", font: str = SANS) -> str:
        """The drawing as one SVG image with its title and description; `id` sets apart several on one page."""
        body = "".join(self._parts).replace("url(#hatch)", f"url(#{id}-hatch)")
        hatch = _HATCH.format(id=id, leaf=COLORS["leaf"], line=COLORS["line"]) if self._hatched else ""
        name = f' class="drawing {css}"' if css else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} {_n(self.height)}" '
            f'width="{_n(self.width)}" height="{_n(self.height)}"{name} font-family="{font}" role="img" '
            f'aria-labelledby="{id}-title {id}-words"><title id="{id}-title">{escape(title)}</title>'
            f'<desc id="{id}-words">{escape(description)}</desc>{hatch}{body}</svg>'
        )


_HATCH = (
    '<defs><pattern id="{id}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0H5V5H0Z" fill="{leaf}" class="f-leaf"/><path d="M0 0V5" stroke="{line}" class="e-line"/></pattern></defs>'
)


@dataclass(frozen=True)
class Chart:
    """A drawing with everything that stands for it: its name in addresses, title, the sentence that says what is to be
    seen, the table of what is drawn, and the drawing itself for a desk and for a phone."""

    name: str
    title: str
    sentence: str
    columns: Row
    rows: Sequence[Row]
    wide: Sheet
    narrow: Sheet
    #: What it covers, for the name of a file: “2026-01-20-to-2026-11-17”.
    period: str = ""
    #: Sentences under the table: what is left out, what is not shown.
    notes: Sequence[str] = field(default=())

    @property
    def inline(self) -> list[str]:
        """The drawings for a page, of which its style sheet shows the one that fits."""
        return [
            self.wide.svg(self.title, self.sentence, id=f"{self.name}-wide", css="drawing-wide"),
            self.narrow.svg(self.title, self.sentence, id=f"{self.name}-narrow", css="drawing-narrow"),
        ]

    @property
    def file(self) -> str:
        """The drawing as a file of its own, on white paper, with what stands under its table."""
        return framed(self.wide, self.title, self.sentence, notes=self.notes)

    @property
    def file_name(self) -> str:
        """What it is called without an ending: what it shows, and of when."""
        return "-".join(part for part in ("jam", self.name, self.period) if part)


#: The height of a note below a drawing.
_NOTE = 22


def framed(sheet: Sheet, title: str, sentence: str, font: str = SANS, notes: Sequence[str] = ()) -> str:
    """A drawing on white paper with its title above and its notes below, to be looked at by itself."""
    drawn = sheet.svg(title, " ".join((sentence, *notes)), font=font)
    height = sheet.height + 64 + _NOTE * len(notes)
    head, _, body = drawn.partition(">")
    head = head.replace(
        f'viewBox="0 0 {_n(sheet.width)} {_n(sheet.height)}"',
        f'viewBox="0 -48 {_n(sheet.width)} {_n(height)}"',
    )
    head = head.replace(f' height="{_n(sheet.height)}"', f' height="{_n(height)}"')
    paper = (
        f'<path d="M0 -48H{_n(sheet.width)}V{_n(height - 48)}H0Z" fill="{COLORS["leaf"]}"/>'
        f'<text x="16" y="-18" font-size="20" font-weight="600" fill="{COLORS["ink"]}">{escape(title)}</text>'
    )
    paper += "".join(
        f'<text x="16" y="{_n(sheet.height + 4 + _NOTE * n)}" font-size="14" fill="{COLORS["soft"]}">{escape(note)}</text>'
        for n, note in enumerate(notes, 1)
    )
    at = body.index("</desc>") + len("</desc>")
    return f"{head}>{body[:at]}{paper}{body[at:]}"


def png(svg: str) -> bytes:
    """A drawing as a PNG of twice its size. The renderer is loaded at the first one."""
    import vl_convert
    from PIL import Image

    drawn = vl_convert.svg_to_png(svg, scale=2)
    # A palette is enough for a drawing of few colors, and a tenth of the bytes.
    out = io.BytesIO()
    Image.open(io.BytesIO(drawn)).convert("RGB").quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


def nice(top: float, ticks: int = 4) -> list[int]:
    """Round whole numbers from 0 to at least `top`, about so many steps apart."""
    top = max(top, ticks)
    size = 10 ** (len(str(int(top / ticks))) - 1)
    step = next(s for s in (1, 2, 5, 10, 20) if s * size * ticks >= top) * size
    if size >= 10 and 2.5 * size * ticks >= top > 2 * size * ticks:
        step = int(2.5 * size)
    return list(range(0, step * (-(-int(-(-top // 1)) // step)) + 1, step))


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
