"""Reading a Word file (ECMA-376): the text that is seen, and what stands beside it in properties, comments, changes and links."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from jam.base.errors import Refused

#: Of a packed part, unpacked; of all parts together; and how many parts and elements there may be.
MOST_UNPACKED = 20 * 1024 * 1024
MOST_TOGETHER = 10 * MOST_UNPACKED
MOST_XML = 2 * MOST_UNPACKED
MOST_PARTS = 2_000
MOST_ELEMENTS = 600_000

DAMAGED = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, RuntimeError, LookupError, TypeError,
    MemoryError,
)  # fmt: skip

Hidden = list[tuple[str, str]]

#: Parts whose text is seen on a page.
SEEN = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_READ = re.compile(
    r"(?:word|docProps|customXml)/(?!theme/|fontTable)[^/]*\.xml|[^/]*/?(?:_rels/.*)?\.rels|.*/_rels/[^/]*\.rels"
)

_REMOVED = ("del", "moveFrom")
_SPACES = {"p": "\n", "br": "\n", "tr": "\n", "tab": " "}
_COMMENT = "Comment"
_WHO = "Who commented or changed"
#: Properties of the file, by the names of their elements.
_PROPERTIES = {
    "creator": "Author", "lastModifiedBy": "Last changed by", "title": "Title", "subject": "Subject", "keywords": "Keywords",
    "description": "Description", "category": "Category", "contentStatus": "Status", "identifier": "Identifier",
    "Company": "Company", "Manager": "Manager", "HyperlinkBase": "Link", "Template": "Template",
}  # fmt: skip
#: Attributes that say something, by (element, attribute); None for any element.
_ATTRIBUTES = {
    (None, "author"): _WHO, (None, "initials"): _WHO, (None, "userId"): _WHO,
    (None, "descr"): "Description of a picture", ("docPr", "title"): "Description of a picture",
    ("alias", "val"): "Name of a field", ("tag", "val"): "Name of a field",
    ("docVar", "name"): "Stored value", ("docVar", "val"): "Stored value",
    ("connectString", "val"): "Source of addresses", ("query", "val"): "Source of addresses",
    ("imagedata", "title"): "Name of a picture", ("shape", "alt"): "Description of a picture",
    ("permStart", "ed"): _WHO,
}  # fmt: skip


def read(data: bytes) -> tuple[str, Hidden]:
    """The text and what is beside it. Refused, in words, for what is damaged, locked, runs something or is far too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = check(archive)
            parts = [each for each in names if _READ.fullmatch(each)]
            found = [_read_part(name, part(archive, name)) for name in parts]
            inside = [("File inside", name.rpartition("/")[2]) for name in names if "/embeddings/" in name]
    except DAMAGED as error:
        raise Refused(
            "This file is damaged and cannot be opened. Save it again, and upload it once more."
        ) from error
    texts = ["".join(each.seen).strip() for each in found]
    beside = [words for each in found for words in _joined(each.hidden)]
    return "\n".join(each for each in texts if each), [*beside, *inside]


def check(archive: zipfile.ZipFile) -> list[str]:
    """The names of the parts, in order. Refused for what is no Word file, or locked, or larger than a document is."""
    parts = archive.infolist()
    names = {each.filename for each in parts}
    if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_TOGETHER:
        raise too_large()
    if sum(each.file_size for each in parts if each.filename.endswith((".xml", ".rels"))) > MOST_XML:
        raise too_large()
    if any(each.flag_bits & 0x1 for each in parts):
        raise Refused("This file is locked with a password. Save it without one.")
    if len(names) < len(parts):
        raise ValueError("two parts have one name")
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        raise Refused("This is a packed file, but no Word file. Save it as .docx or as a PDF.")
    types = part(archive, "[Content_Types].xml")
    runs = b"macroEnabled" in types or b"vbaProject" in types
    if runs or any("vbaproject" in each.casefold() for each in names):
        raise Refused("This file holds macros. Save it without, as a plain .docx or as a PDF.")
    return sorted(names)


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part, unpacked. What a packed file says of its size need not be true: reading stops where it would be too much."""
    with archive.open(name) as stream:
        data = stream.read(MOST_UNPACKED + 1)
    if len(data) > MOST_UNPACKED:
        raise too_large()
    return data


def too_large() -> Refused:
    """What is said of a file that is far larger than it looks."""
    return Refused(
        "Unpacked, this file is far larger than a document. Save it with smaller pictures, or as a PDF."
    )


def parse(
    xml: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], words: Callable[[str], None], *,
    names: bool = False,
) -> None:  # fmt: skip
    """Read a part. ValueError for declarations of entities, which can swell without end, and for too many elements.

    With `names`, elements and attributes are told as they are written; else by their name alone, without a namespace.
    """
    parser = expat.ParserCreate() if names else expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    count = 0

    def begun(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS:
            raise ValueError("more elements than a document has")
        start(name, attributes)

    def declared(*_: object) -> None:
        raise ValueError("a document type declares entities")

    parser.StartElementHandler = begun
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = declared
    parser.Parse(xml, True)


class _Part:
    """What is read in one part: the words that are seen, and the rest."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: list[str] = []
        self.hidden: Hidden = []
        self.inside: list[str] = []
        self.removed = 0
        self.vanished = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        local = element.rpartition(" ")[2]
        self.inside.append(local)
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if local in _REMOVED:
            self.removed += 1
        elif local == "r":
            self.vanished = False
        elif local in ("vanish", "specVanish") and "r" in self.inside:
            self.vanished = plain.get("val") not in ("0", "false", "off")
        elif local in _SPACES:
            self.seen.append(_SPACES[local])
        _of_element(self.name, local, plain, self.hidden)

    def end(self, _: str) -> None:
        self.removed -= self.inside.pop() in _REMOVED

    def words(self, data: str) -> None:
        where = _of_words(self.name, self.inside, self.removed > 0, self.vanished)
        if where == "":
            self.seen.append(data)
        elif where:
            self.hidden.append((where, data))


def _read_part(name: str, xml: bytes) -> _Part:
    found = _Part(name)
    parse(xml, found.start, found.end, found.words)
    return found


def _of_words(name: str, inside: list[str], removed: bool, vanished: bool) -> str | None:
    """Where words stand that are not seen; empty for words that are, None for what says nothing."""
    local = inside[-1] if inside else ""
    if name.startswith("docProps/"):
        # A property of one's own says its value in an element named after its kind.
        return _PROPERTIES.get(local, "Property" if name == "docProps/custom.xml" else None)
    if name.startswith("customXml/"):
        return None if name.startswith("customXml/itemProps") else "Attached data"
    if local in ("instrText", "delInstrText"):
        return "Field"
    if local not in ("t", "delText"):
        return None
    if name.startswith("word/comments"):
        return _COMMENT
    if removed or local == "delText":
        return "Deleted text"
    if vanished:
        return "Hidden text"
    return "" if SEEN.fullmatch(name) else None


def _of_element(name: str, local: str, plain: dict[str, str], hidden: Hidden) -> None:
    """What attributes say that is seen nowhere."""
    if name.endswith(".rels"):
        if local == "Relationship" and plain.get("TargetMode") == "External":
            is_template = plain.get("Type", "").endswith("attachedTemplate")
            hidden.append(("Template" if is_template else "Link", plain.get("Target", "")))
        return
    for key, value in plain.items():
        where = _ATTRIBUTES.get((local, key)) or _ATTRIBUTES.get((None, key))
        if where:
            hidden.append((where, value))
    if local == "property" and name == "docProps/custom.xml":
        hidden.append(("Property", plain.get("name", "")))
    if local == "bookmarkStart" and not plain.get("name", "_").startswith("_"):
        hidden.append(("Bookmark", plain["name"]))
    if local in ("docPr", "cNvPr") and "." in plain.get("name", ""):
        hidden.append(("Name of a picture", plain["name"]))


def _joined(hidden: Hidden) -> Hidden:
    """Words of one kind that follow each other as one: programs cut sentences into pieces."""
    joined: Hidden = []
    for where, words in hidden:
        if joined and joined[-1][0] == where and where in (_COMMENT, "Deleted text", "Hidden text", "Field"):
            joined[-1] = (where, joined[-1][1] + words)
        else:
            joined.append((where, words))
    return joined
