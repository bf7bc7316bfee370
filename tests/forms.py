"""Reads the forms out of a page, with the values that a browser would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

BUTTONS = {"submit", "button", "image", "reset"}


@dataclass
class Form:
    """A form: where it goes, which fields it has, and what they hold before anybody typed."""

    action: str
    method: str
    names: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)

    def holds(self, name: str, value: str) -> None:
        """The browser would send this."""
        self.values.setdefault(name, []).append(value)


def forms_of(html: str) -> list[Form]:
    """Every form of the page, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._first: str | None = None
        self._multiple = False
        self._textarea: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None or "disabled" in given:
            return
        name = given.get("name", "")
        if name and tag in {"input", "select", "textarea", "button"}:
            self._form.names.add(name)
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select, self._first, self._multiple = name, None, "multiple" in given
        elif tag == "option" and self._select:
            self._first = given.get("value", "") if self._first is None else self._first
            if "selected" in given:
                self._form.holds(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._textarea, self._text = name, ""

    def _input(self, name: str, given: dict[str, str]) -> None:
        assert self._form
        kind = given.get("type", "text").lower()
        if kind in BUTTONS or kind == "file" or (kind in {"checkbox", "radio"} and "checked" not in given):
            return
        self._form.holds(name, given.get("value", "on" if kind in {"checkbox", "radio"} else ""))

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._form and self._select:
            if self._first is not None and not self._multiple and self._select not in self._form.values:
                self._form.holds(self._select, self._first)
            self._select = ""
        elif tag == "textarea" and self._form and self._textarea:
            self._form.holds(self._textarea, self._text.removeprefix("\n"))
            self._textarea = None
