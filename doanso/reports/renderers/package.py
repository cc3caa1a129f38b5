"""An .xlsx as its parts: unchanged parts are written back byte for byte.

Opening a workbook with a library and saving it loses what that library does not know: pictures, charts, newer conditional
formats. So only the XML that must change is changed here (decision 0016).
"""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from doanso.lib.problems import Problem, Refused
from doanso.lib.spreadsheet import Limits, open_workbook
from doanso.reports.renderers.references import CellReference, area, sheet_name

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TO = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "[Content_Types].xml"
LIMITS = Limits(file_bytes=5 << 20, unpacked_bytes=20 << 20, rows=20_000, columns=1_000)
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_PLACE = re.compile(
    r"(?P<sheet>'(?:[^']|'')+'|[^'!\[\]]+)!(?P<area>\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)"
)


def sheet_tag(name: str) -> str:
    """Return the full name of an element of a sheet."""
    return f"{{{MAIN}}}{name}"


@dataclass(frozen=True, slots=True)
class CellRange:
    """The cells of a defined name: a sheet and an area in it."""

    sheet: str
    first: CellReference
    last: CellReference


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name of the workbook; without a range it refers to something other than cells of this file."""

    name: str
    place: CellRange | None


def check(file: bytes) -> None:
    """Refuse any file that is not a plain .xlsx of reasonable size; it is parsed in a separate process, within limits."""
    if not file.startswith(b"PK") and not file.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(Problem("workbook_not_excel", _not_xlsx(), "file"))
    with open_workbook(file, limits=LIMITS) as sheets:
        for sheet in sheets:
            for _row in sheet.rows:
                pass
    if not file.startswith(b"PK"):
        raise Refused(Problem("workbook_not_excel", _not_xlsx(), "file"))


def open_package(file: bytes) -> "LayoutPackage":
    """Return the workbook's parts of an untrusted file, after `check`."""
    check(file)
    return LayoutPackage(file)


def _not_xlsx() -> str:
    return _("A layout is an Excel workbook (.xlsx). Open yours in Excel and save it as “Excel Workbook (.xlsx)”.")


def damaged_problem() -> Problem:
    """Return the refusal of a workbook that cannot be read."""
    message = _("The file is damaged and cannot be read. Open it in Excel and save it under another name.")
    return Problem("workbook_broken", message, "file")


class LayoutPackage:
    """The parts of one workbook that `check` has accepted; see `open_package`."""

    def __init__(self, file: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            self._parts = {part.filename: archive.read(part) for part in archive.infolist() if not part.is_dir()}
        self._trees: dict[str, Any] = {}
        self._changed: set[str] = set()
        self.workbook_name = self._target("", "officeDocument")
        if self.workbook.tag != sheet_tag("workbook"):
            message = _("The file is a “Strict Open XML” workbook. Save it in Excel as plain “Excel Workbook (.xlsx)”.")
            raise Refused(Problem("workbook_strict", message, "file"))
        links = self.links(self.workbook_name)
        self.sheets: dict[str, str] = {}
        for sheet in self.workbook.iter(sheet_tag("sheet")):
            kind, target = links.get(sheet.get(f"{{{_TO}}}id", ""), ("", ""))
            if kind == "worksheet":
                self.sheets[sheet.get("name", "")] = target

    @property
    def workbook(self) -> Any:
        """The part that lists sheets and names."""
        return self.tree(self.workbook_name)

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return list(self._parts)

    def edit(self, name: str) -> Any:
        """Return a part as XML, to be modified."""
        self._changed.add(name)
        return self.tree(name)

    def tree(self, name: str) -> Any:
        """Return a part as XML, for reading only."""
        if name not in self._trees:
            # `check` refuses entities, but not in pictures; and a workbook may declare any part a sheet.
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            content = self._parts.get(name, b"")
            try:
                if any(mark in content for mark in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):
                    raise ValueError(name)
                self._trees[name] = etree.fromstring(content, parser)
            except (ValueError, etree.XMLSyntaxError):
                raise Refused(damaged_problem()) from None
        return self._trees[name]

    def text(self, name: str) -> str:
        """Return the text of a part that is not well-formed XML."""
        return self._parts[name].decode("utf-8", "replace")

    def put_text(self, name: str, text: str) -> None:
        """Replace the text of such a part."""
        self._parts[name] = text.encode()

    def links(self, name: str) -> dict[str, tuple[str, str]]:
        """Return the relationships of a part, (kind, part) by id; the last word of a relationship type identifies it."""
        folder, file = posixpath.split(name)
        of = posixpath.join(folder, "_rels", f"{file}.rels")
        if of not in self._parts:
            return {}
        targets = {}
        for link in self.tree(of):
            if link.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, link.get("Target", ""))).lstrip("/")
                targets[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], target)
        return targets

    def _target(self, name: str, kind: str) -> str:
        return next((target for link_kind, target in self.links(name).values() if link_kind == kind), "")

    def part_of(self, kind: str) -> str:
        """Return the workbook's own part of this kind, such as its styles; empty if it has none."""
        part = self._target(self.workbook_name, kind)
        return part if part in self._parts else ""

    def defined_names(self) -> list[DefinedName]:
        """Return all names, including those local to one sheet."""
        defined_names = []
        for element in self.workbook.iter(sheet_tag("definedName")):
            match = _PLACE.fullmatch((element.text or "").strip())
            corners = area(match["area"]) if match else None
            sheet = sheet_name(match["sheet"] + "!") if match else ""
            place = CellRange(sheet, *corners) if corners and sheet in self.sheets else None
            defined_names.append(DefinedName(element.get("name", ""), place))
        return defined_names

    def drop(self, name: str) -> None:
        """Remove a part, with all references to it."""
        self._parts.pop(name, None)
        self._trees.pop(name, None)
        self._changed.discard(name)
        types = self.edit(_TYPES)
        for element in list(types):
            if element.get("PartName", "").lstrip("/") == name:
                types.remove(element)
        folder, file = posixpath.split(self.workbook_name)
        links = self.edit(posixpath.join(folder, "_rels", f"{file}.rels"))
        for key, (_kind, target) in self.links(self.workbook_name).items():
            if target == name:
                for link in links.findall(f"{{{_RELATIONS}}}Relationship[@Id='{key}']"):
                    links.remove(link)

    def save(self) -> bytes:
        """Return the workbook; equal content gives equal bytes."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._parts.items():
                part = zipfile.ZipInfo(name, _FIXED_DATE)
                part.compress_type = zipfile.ZIP_DEFLATED
                if name in self._changed:
                    content = etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True)
                archive.writestr(part, content)
        return target.getvalue()
