"""A Word file with only what is seen: text, tables, pictures and looks; changes accepted, comments, links and properties gone.

Only parts that are needed to show the document are taken over, and each is written anew.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from jam.cases import cleaning_pictures
from jam.cases.reading_docx import check, parse, part

#: Parts that are taken over. Settings, properties, comments, attached data, embedded files, templates are not.
_TEXTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_LOOKS = re.compile(r"word/(?:styles|numbering|fontTable|theme/theme\d*)\.xml")
_PICTURES = re.compile(r"word/media/[^/]+\.(?:png|jpe?g)", re.IGNORECASE)

#: Elements that go with all that is in them.
_GONE = {
    "del", "moveFrom", "comment", "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "moveFromRangeStart",
    "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange",
    "tcPrChange", "trPrChange", "tblGridChange", "tblPrExChange", "numberingChange", "cellIns", "cellDel", "cellMerge",
    "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
    "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
    "permStart", "permEnd", "proofErr", "bookmarkStart", "bookmarkEnd", "instrText", "delInstrText", "delText", "fldChar",
    "fldData", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "object", "control", "altChunk", "subDoc", "hlinkClick", "hlinkHover",
    "printerSettings", "embedRegular", "embedBold", "embedItalic", "embedBoldItalic", "extLst",
}  # fmt: skip
#: Elements that go, while what is in them stays.
_OPENED = {"ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple"}
#: Attributes that say who, when, or what nobody sees.
_SAID = {"author", "initials", "date", "descr", "title", "alt", "href", "userId"}


class Node:
    """An element with its attributes and what is in it, as written."""

    __slots__ = ("attributes", "inside", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes = name, attributes
        self.inside: list[Node | str] = []

    @property
    def local(self) -> str:
        """Its name without a prefix."""
        return self.name.rpartition(":")[2]

    def find(self, local: str) -> Node | None:
        """The first element of this name directly in it."""
        return next((each for each in self.inside if isinstance(each, Node) and each.local == local), None)


def clean(data: bytes) -> bytes:
    """The copy. ValueError and what the parser raises for a file of which there can be none."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        names = check(archive)
        pictures = {each for each in names if each.startswith("word/media/")}
        if any(not _PICTURES.fullmatch(each) for each in pictures):
            raise ValueError("a picture of a kind that cannot be cleaned")
        kept = {each for each in names if _TEXTS.fullmatch(each) or _LOOKS.fullmatch(each)} | pictures
        parts = {"[Content_Types].xml": _types(_tree(part(archive, "[Content_Types].xml")), kept)}
        for name in sorted(kept):
            if name in pictures:
                parts[name] = cleaning_pictures.clean(part(archive, name))
                continue
            links = _relations(archive, names, name)
            stays = {id: target for id, target in links.items() if _target(name, target[1]) in kept}
            inner = {id for id, (_, target) in links.items() if target and id not in stays}
            parts[name] = _written(_cleaned(_tree(part(archive, name)), set(links) - set(stays), inner))
            if stays:
                parts[_relations_of(name)] = _relations_part(stays)
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        parts["_rels/.rels"] = _relations_part({"rId1": (kind, "word/document.xml")})
        for name, content in parts.items():
            copy.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # without a date
    return made.getvalue()


# --- parts and how they hang together ----------------------------------------------------------------------------------


def _types(tree: Node, kept: set[str]) -> bytes:
    """The list of kinds of parts, for those that are kept."""
    endings = {each.rpartition(".")[2].lower() for each in kept} | {"rels", "xml"}
    tree.inside = [
        each
        for each in tree.inside
        if isinstance(each, Node)
        and (
            (each.local == "Default" and each.attributes.get("Extension", "").lower() in endings)
            or (each.local == "Override" and each.attributes.get("PartName", "").lstrip("/") in kept)
        )
    ]
    return _written(tree)


def _relations_of(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder}/_rels/{file}.rels"


def _relations(archive: zipfile.ZipFile, names: list[str], name: str) -> dict[str, tuple[str, str]]:
    """What a part points at, by its marks: kind and target; what is outside of the file has no target."""
    if _relations_of(name) not in names:
        return {}
    found = {}
    for each in _tree(part(archive, _relations_of(name))).inside:
        if isinstance(each, Node):
            said = each.attributes
            inside = said.get("TargetMode") != "External"
            found[said["Id"]] = (said.get("Type", ""), said.get("Target", "") if inside else "")
    return found


def _target(name: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/" + posixpath.dirname(name), target)).lstrip("/")


def _relations_part(found: dict[str, tuple[str, str]]) -> bytes:
    top = Node("Relationships", {"xmlns": "http://schemas.openxmlformats.org/package/2006/relationships"})
    top.inside = [
        Node("Relationship", {"Id": id, "Type": kind, "Target": target})
        for id, (kind, target) in found.items()
    ]
    return _written(top)


# --- elements ------------------------------------------------------------------------------------------------------------


def _tree(xml: bytes) -> Node:
    top = Node("", {})
    open_ones = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        made = Node(name, attributes)
        open_ones[-1].inside.append(made)
        open_ones.append(made)

    def end(_: str) -> None:
        open_ones.pop()

    def words(text: str) -> None:
        open_ones[-1].inside.append(text)

    parse(xml, start, end, words, names=True)
    found = top.inside[0]
    assert isinstance(found, Node)
    return found


def _cleaned(node: Node, lost: set[str], inner: set[str]) -> Node:
    """An element with only what is seen; `lost` are the marks of what it may point at no longer.

    ValueError where something is drawn from an `inner` part that is not taken over, such as a chart: it would be missing.
    """
    node.attributes = {
        key: value
        for key, value in node.attributes.items()
        if (local := key.rpartition(":")[2]) not in _SAID and not local.startswith("rsid")
    }
    if node.local in ("docPr", "cNvPr"):
        node.attributes["name"] = "Picture"
    inside: list[Node | str] = []
    for each in node.inside:
        if isinstance(each, str):
            inside.append(each)
        elif not _goes(each, lost, inner):
            cleaned = _cleaned(each, lost, inner)
            inside += cleaned.inside if each.local in _OPENED else [cleaned]
    node.inside = inside
    return node


def _goes(node: Node, lost: set[str], inner: set[str]) -> bool:
    """Whether an element is left out with all that is in it."""
    if node.local in ("drawing", "pict"):
        if _points_at(node, inner):
            raise ValueError("it would be missing in the copy")
        return _points_at(node, lost)
    return node.local in _GONE or _vanishes(node)


def _vanishes(node: Node) -> bool:
    """Whether a run is hidden text."""
    looks = node.find("rPr") if node.local == "r" else None
    hides = (looks.find("vanish") or looks.find("specVanish")) if looks else None
    return hides is not None and _value(hides) not in ("0", "false", "off")


def _value(node: Node) -> str:
    return next((value for key, value in node.attributes.items() if key.rpartition(":")[2] == "val"), "")


def _points_at(node: Node, marks: set[str]) -> bool:
    if any(value in marks and ":" in key for key, value in node.attributes.items()):
        return True
    return any(isinstance(each, Node) and _points_at(each, marks) for each in node.inside)


def _written(top: Node) -> bytes:
    parts = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n']
    _write(top, parts)
    return "".join(parts).encode()


def _write(node: Node, parts: list[str]) -> None:
    parts += ["<", node.name]
    for key, value in node.attributes.items():
        parts += [" ", key, "=", quoteattr(value)]
    if not node.inside:
        parts.append("/>")
        return
    parts.append(">")
    for each in node.inside:
        if isinstance(each, str):
            parts.append(escape(each))
        else:
            _write(each, parts)
    parts += ["</", node.name, ">"]
