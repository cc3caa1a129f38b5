"""Lists of a Word document, numbered by Word itself."""

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from doanso.documents.body.schema import DEEPEST_LIST
from doanso.documents.renderers.blocks import DASHES
from doanso.official_form.word_markup import FONT


class WordLists:
    """Definitions in the numbering part: one with dashes, and one with numbers that each list restarts."""

    def __init__(self, document: Document) -> None:
        self._part = document.part.numbering_part.element
        used_ids = [int(element.get(qn("w:abstractNumId"))) for element in self._part.iter(qn("w:abstractNum"))]
        self._numbers = [int(element.get(qn("w:numId"))) for element in self._part.iter(qn("w:num"))]
        self._of_dashes, self._of_numbers = max(used_ids, default=-1) + 1, max(used_ids, default=-1) + 2
        self._define(self._of_dashes, [("bullet", DASHES[level % 2]) for level in range(DEEPEST_LIST + 1)])
        self._define(
            self._of_numbers,
            [("decimal", f"%{level + 1}{')' if level else '.'}") for level in range(DEEPEST_LIST + 1)],
        )
        self.dashes = self._instance(self._of_dashes, "")

    def numbered(self, start: int, depth: int) -> int:
        """Return the key of a new numbered list on a level."""
        level = depth - 1
        again = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        return self._instance(self._of_numbers, again)

    def _define(self, key: int, signs: list[tuple[str, str]]) -> None:
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:suff w:val="space"/>'
            f'<w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="0" w:firstLine="720"/></w:pPr>'
            f'<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/></w:rPr></w:lvl>'
            for level, (kind, sign) in enumerate(signs)
        )
        definition = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}"><w:multiLevelType w:val="multilevel"/>{levels}'
            "</w:abstractNum>"
        )
        # The schema requires definitions before all instances.
        first = self._part.find(qn("w:num"))
        if first is None:
            self._part.append(definition)
        else:
            first.addprevious(definition)

    def _instance(self, abstract: int, overrides: str) -> int:
        key = max(self._numbers, default=0) + 1
        self._numbers.append(key)
        self._part.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>')
        )
        return key
