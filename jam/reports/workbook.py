"""A report as a spreadsheet: how to read it, each figure with what it means, the sessions, states, sectors, levers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from jam.base.words import moment
from jam.base.zones import EASTERN
from jam.reports import document
from jam.reports.rules import SESSION_COLUMNS, Figures
from jam.statistics.measures import Unit

Cells = Sequence[Any]

_IN_TENS = "Registrations, in tens"
_OF = {"States": "state or territory", "Sectors": "sector", "Levers": "lever of change"}
#: Bars of one chart; a table may have more lines.
_MOST = 20


def xlsx(shown: Figures, name: str, made_at: datetime) -> bytes:
    """The workbook of these figures as they may leave the house; the same arguments give the same bytes."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({
        "title": f"{document.title(shown)}, {name}",
        "author": "Workforce Solutions Partnership",
        "created": made_at.replace(tzinfo=None),
    })  # fmt: skip
    pen = _Pen(book)
    _read_me(pen, shown, name, made_at)
    pen.table(
        "Figures",
        ("Heading", "Figure", "Number", "What", "What it means", "Worked out as", "Taken of", "Left out", "Unit", "Counted so since"),
        [_measure(each) for _, some in document.topics(shown) for each in some],
        (18, 16, 12, 32, 60, 44, 34, 44, 16, 18),
    )  # fmt: skip
    sessions = pen.table(
        "Sessions",
        ("Date", "Session", "Program", "Registrations", "Attendees", "Show rate", "Median minutes", "Peak", "Withheld"),
        [_session(each) for each in shown["sessions"]],
        (13, 50, 28, 14, 12, 12, 16, 10, 60),
        ("date", "", "", "whole", "whole", "share", "whole", "whole", ""),
    )  # fmt: skip
    tables: list[tuple[Any, str, Sequence[tuple[str, str]]]] = []
    for name, of, what, lines, wide in (
        ("States", "State or territory", _IN_TENS, document.state_lines(shown), (36, 26)),
        ("Sectors", "Sector", _IN_TENS, document.sector_lines(shown), (48, 26)),
        ("Levers", "Lever of change", "Sessions", document.lever_lines(shown), (48, 16)),
    ):
        tables.append((pen.table(name, (of, what), _numbers(lines), wide), name, lines))
    pen.table("Not known", ("What", "How many"), _numbers(document.unknown_lines(shown)), (70, 16))
    _charts(pen, shown, sessions, tables)
    book.close()
    return out.getvalue()


def _read_me(pen: _Pen, shown: Figures, name: str, made_at: datetime) -> None:
    pen.lines("Read me", [
        (document.title(shown), "title"),
        (document.period(shown), "soft"),
        (f"Report {name}. The figures are as they were on {moment(made_at, EASTERN)}.", ""),
        (" ".join(document.in_short(shown)), ""),
        ("How to read this", "head"),
        *((sentence, "") for sentence in document.HOW_TO_READ),
        ("The sheets", "head"),
        ("Figures: each measure with its definition, formula, denominator and what is left out.", ""),
        ("Sessions: one line for each session. An empty cell is not zero; what is withheld is named in the last column.", ""),
        ("States, Sectors, Levers: registrations and sessions taken apart.", ""),
        ("Not known: what nobody knows, and how much of it.", ""),
    ])  # fmt: skip


def _charts(
    pen: _Pen, shown: Figures, sessions: Any, others: Sequence[tuple[Any, str, Sequence[tuple[str, str]]]]
) -> None:
    """Beside each table the chart of it, which whoever has the file can change; under the table of sessions, which is wide."""
    rows = len(shown["sessions"])
    if rows:
        names, colors = ("Registrations", "Attendees"), ("#5F949C", "#0E4F5C")
        series = [("Sessions", at, color) for at, color in zip((3, 4), colors, strict=True)]
        words = "; ".join(document.in_short(shown))
        pen.chart(
            sessions,
            rows + 2,
            1,
            "column",
            f"{names[0]} and {names[1].lower()} by session",
            words,
            series,
            rows,
            0,
        )
    for sheet, name, lines in others:
        if any(number[0].isdigit() for _, number in lines):
            title = f"{'Sessions' if name == 'Levers' else 'Registrations'} by {_OF[name]}"
            words = f"The most: {lines[0][0]}, {lines[0][1]}." if name != "Levers" else title + "."
            pen.chart(sheet, 0, 3, "bar", title, words, [(name, 1, "#0E4F5C")], min(len(lines), _MOST), 0)


def _measure(each: dict[str, Any]) -> Cells:
    value: Any = each["value"]
    return (
        each["topic"], each["figure"], value, each["title"], each["definition"], each["formula"], each["denominator"],
        each["excluded"], "share, 0 to 1" if each["unit"] == Unit.SHARE else each["unit"], each["since"],
    )  # fmt: skip


def _session(each: dict[str, Any]) -> Cells:
    withheld = "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in each["withheld"].items())
    numbers = [each[name] for name in SESSION_COLUMNS]
    return (date.fromisoformat(each["date"]), each["title"], each["program"], *numbers, withheld)


def _numbers(lines: Sequence[tuple[str, str]]) -> list[Cells]:
    """The same lines with numbers as numbers."""
    return [
        (name, int(words.replace(",", "")) if words.replace(",", "").isdigit() else words)
        for name, words in lines
    ]


class _Pen:
    """Writes sheets that can be read by ear and by eye: a header row that stays, columns wide enough, wrapped text."""

    def __init__(self, book: Any) -> None:
        self.book = book
        wrapped = {"text_wrap": True, "valign": "top"}
        self.formats = {
            "": book.add_format(wrapped),
            "title": book.add_format({**wrapped, "bold": True, "font_size": 16}),
            "head": book.add_format({**wrapped, "bold": True, "font_size": 12, "top": 1}),
            "soft": book.add_format({**wrapped, "font_color": "#4C5A63"}),
            "header": book.add_format({**wrapped, "bold": True, "bottom": 2, "bg_color": "#E2EDEE"}),
            "whole": book.add_format({**wrapped, "num_format": "#,##0"}),
            "share": book.add_format({**wrapped, "num_format": "0%"}),
            "date": book.add_format({**wrapped, "num_format": "mmm d, yyyy", "align": "left"}),
        }

    def lines(self, sheet_name: str, lines: Sequence[tuple[str, str]]) -> None:
        """A sheet of sentences."""
        sheet = self.book.add_worksheet(sheet_name)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 100)
        for row, (words, form) in enumerate(lines):
            sheet.write_string(row, 0, words, self.formats[form])

    def table(
        self,
        sheet_name: str,
        columns: Sequence[str],
        rows: Sequence[Cells],
        widths: Sequence[int],
        forms: Sequence[str] = (),
    ) -> Any:
        """A sheet with one table, its header in the first row. `forms`: how the numbers of each column are read."""
        sheet = self.book.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 2 if len(columns) > 2 else 0)
        sheet.repeat_rows(0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, columns[column], self.formats["header"])
        for at, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if cell is None:
                    sheet.write_blank(at, column, None, self.formats[""])
                elif isinstance(cell, str):
                    sheet.write_string(at, column, cell, self.formats[""])
                elif isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, self.formats["date"])
                else:
                    sheet.write_number(
                        at, column, cell, self.formats[_form(cell, row, forms[column] if forms else "")]
                    )
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        return sheet

    def chart(
        self,
        sheet: Any,
        row: int,
        column: int,
        kind: str,
        title: str,
        words: str,
        series: Sequence[tuple[str, int, str]],
        lines: int,
        names: int,
    ) -> None:
        """A chart of some columns of a sheet's table, at a cell; `words` are read to whoever does not see it."""
        chart = self.book.add_chart({"type": kind})
        for sheet_name, at, color in series:
            chart.add_series({
                "name": [sheet_name, 0, at],
                "categories": [sheet_name, 1, names, lines, names],
                "values": [sheet_name, 1, at, lines, at],
                "fill": {"color": color},
                "border": {"none": True},
                "gap": 60,
            })  # fmt: skip
        chart.set_title({"name": title, "name_font": {"size": 12, "bold": False}, "overlay": False})
        if kind == "bar":
            chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
            chart.set_legend({"none": True})
        else:
            chart.set_x_axis({"text_axis": True, "num_format": "mmm yyyy", "num_font": {"size": 9}})
            chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 720, "height": max(320, 60 + 24 * lines) if kind == "bar" else 340})
        sheet.insert_chart(row, column, chart, {"description": f"{title}. {words}"})


def _form(cell: float, row: Cells, form: str) -> str:
    """The form of a number: that of its column, or what its unit asks for."""
    return form or (
        "share" if "share, 0 to 1" in row else "whole" if float(cell).is_integer() or abs(cell) >= 100 else ""
    )
