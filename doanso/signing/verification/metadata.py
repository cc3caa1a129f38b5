"""What a file says of itself (information dictionary, XMP description), compared by its words, not by its bytes."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.diff_analysis.rules.metadata_rules import DocInfoRule, MetadataUpdateRule
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate

_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP: Final = "{http://ns.adobe.com/xap/1.0/}"
_MEDIA: Final = "{http://ns.adobe.com/xap/1.0/mm/}"
_META: Final = "{adobe:ns:meta/}"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
SAVING: Final = frozenset(
    {f"{_XMP}ModifyDate", f"{_XMP}MetadataDate", "{http://ns.adobe.com/pdf/1.3/}Producer"}
    | {f"{_MEDIA}{name}" for name in ("InstanceID", "DocumentID", "OriginalDocumentID", "VersionID", "History")}
)
"""Properties of the saving: when, by which program, as which copy. Tools write them at every save, and the document says
the same with other values."""
_SAVING_KEYS: Final = frozenset({"/ModDate", "/Producer"})
_NO_DESCRIPTION: Final = b"<none/>"
_CREATED: Final = f"{_XMP}CreateDate"
_FORM: Final = frozenset(
    {f"{_META}xmpmeta", *(f"{_RDF}{name}" for name in ("RDF", "Description", "Seq", "Bag", "Alt", "value"))}
)
_FORM_ATTRIBUTES: Final = frozenset({f"{_META}xmptk", f"{_RDF}about", f"{_RDF}parseType"})

Statement = tuple[tuple[str, ...], str]


def statements(description: bytes) -> Counter[Statement]:
    """Return every text of an XMP description under its property, except those of `SAVING`.

    White space, the order of properties, and whether a property is an attribute, an element or a list of one entry make no
    difference. Every other word does, wherever it is written.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, encoding="utf-8")
    collected: Counter[Statement] = Counter()
    _collect(etree.fromstring(description, parser=parser), (), collected)
    return collected


def _collect(element: Any, path: tuple[str, ...], collected: Counter[Statement]) -> None:
    if element.tag == f"{_RDF}li":
        entries = [entry for entry in element.getparent() if entry.tag == element.tag]
        path = (*path, str(entries.index(element))) if len(entries) > 1 else path
    elif element.tag not in _FORM:
        path = (*path, element.tag)
    if path and path[0] in SAVING:
        return
    for name, text in element.attrib.items():
        if name == f"{_RDF}resource":
            _add(path, text, collected)
        elif (name == _LANGUAGE and text != "x-default") or (
            name != _LANGUAGE and name not in _FORM_ATTRIBUTES and (path or name not in SAVING)
        ):
            _add((*path, name), text, collected)
    children = element.xpath("*")
    texts = element.xpath("text()")
    if not children or any(text.strip() for text in texts):
        _add(path, " ".join(texts), collected)
    for child in children:
        _collect(child, path, collected)


def _add(path: tuple[str, ...], text: str, collected: Counter[Statement]) -> None:
    words = " ".join(text.split())
    if path and path[-1] == _CREATED:
        words = _moment(words)
    if words:
        collected[path, words] += 1


def _moment(text: str) -> str:
    """Return a moment in UTC; text that is none, or has no zone, stays."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo is None else moment.astimezone(UTC).isoformat(timespec="seconds")


class PlainInfo(DocInfoRule):
    """The information dictionary must stay, except the date and program of saving."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        was, now = (_info(version) for version in (old, new))
        if any(was.get(key) != now.get(key) for key in was.keys() | now.keys() if key not in _SAVING_KEYS):
            raise SuspiciousModification("The file says something else of itself")
        return super().apply(old, new)


class PlainDescription(MetadataUpdateRule):
    """The XMP description must say the same, although tools rewrite its stream with every save."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        yield from super().apply(old, new)
        was, now = self._description(old), self._description(new)
        if was != now and statements(was) != statements(now):
            raise SuspiciousModification("The file describes itself otherwise")

    def _description(self, version: HistoricalResolver) -> bytes:
        if "/Metadata" not in version.root:
            return _NO_DESCRIPTION
        reference = version.root.get_value_as_reference("/Metadata")
        self.is_well_formed_xml(reference)
        return bytes(version.get_object(reference).data)


def _info(version: HistoricalResolver) -> dict[str, Any]:
    reference = version.trailer_view.get_value_as_reference("/Info", optional=True)
    info = version.get_object(reference) if reference is not None else None
    if not isinstance(info, generic.DictionaryObject):
        return {}
    return {str(key): info[key] for key in info}


def is_described_alike(reader: PdfFileReader, revision: int) -> bool:
    """Return whether a file says the same of itself in its last revision as in an earlier one."""
    old, new = (reader.get_historical_resolver(number) for number in (revision, reader.xrefs.total_revisions - 1))
    try:
        for rule in (PlainInfo(), PlainDescription()):  # type: ignore[no-untyped-call] # inherited from the library
            list(rule.apply(old, new))
    except SuspiciousModification:
        return False
    return True
