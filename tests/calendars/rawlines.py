"""A strict reader of content lines that knows no calendar library: RFC 5545 section 3.1, octet by octet."""

from __future__ import annotations

import re
from typing import NamedTuple

#: NAME *(;PARAM=value) : value, where a parameter's value is quoted or holds none of , ; : "
_LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^",;:]*)(?:,(?:"[^"]*"|[^",;:]*))*)*):(.*)')
_PARAMETER = re.compile(r';([A-Z-]+)=("[^"]*"|[^",;:]*)')
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
#: Values of these are TEXT, where comma and semicolon stand behind a backslash (RFC 5545 3.3.11).
_TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "X-WR-CALDESC", "UID", "PRODID"}


class Line(NamedTuple):
    """One unfolded line; texts unescaped, everything else as it stands."""

    name: str
    parameters: dict[str, str]
    value: str


def read(content: bytes) -> list[Line]:
    """All lines of a file, every octet of it checked."""
    assert not content.startswith(b"\xef\xbb\xbf"), "byte-order mark"
    assert content.endswith(b"\r\n"), "the last line ends with CRLF"
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    for octets in physical:
        assert 0 < len(octets) <= 75, f"{len(octets)} octets: {octets!r}"
        assert octets.strip(), "a line of nothing but blanks"
        assert not _CONTROL.search(octets.decode("utf-8")), f"control character: {octets!r}"
    assert physical[0][:1] != b" "
    return [_line(line) for line in content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")]


def blocks(lines: list[Line], name: str) -> list[list[Line]]:
    """The lines of every component of a name; every BEGIN has its END."""
    found: list[list[Line]] = []
    open_ones: list[tuple[str, list[Line]]] = []
    for line in lines:
        if line.name == "BEGIN":
            open_ones.append((line.value, []))
        elif line.name == "END":
            kind, inside = open_ones.pop()
            assert kind == line.value
            if kind == name:
                found.append(inside)
        else:
            open_ones[-1][1].append(line)
    assert open_ones == []
    return found


def _line(text: str) -> Line:
    match = _LINE.fullmatch(text)
    assert match, f"not a content line: {text!r}"
    parameters = {name: value.strip('"') for name, value in _PARAMETER.findall(match[2])}
    value = match[3]
    if match[1] in _TEXTS:
        value = _unescaped(value)
    return Line(match[1], parameters, value)


def _unescaped(value: str) -> str:
    assert re.fullmatch(r"(?:\\[\\;,n]|[^\\;,])*", value), f"wrongly escaped: {value!r}"
    return re.sub(r"\\(.)", lambda pair: "\n" if pair[1] == "n" else pair[1], value)
