"""The draft of the decision that recognises a place: its articles, and the table of criteria as an appendix."""

from collections.abc import Mapping

from doanso.accounts.models import User
from doanso.documents.actions.drafts import start_document
from doanso.documents.body.nodes import (
    Appendix,
    BodyTable,
    BodyTableCell,
    BodyTableRow,
    DocumentBody,
    Paragraph,
    TextRun,
)
from doanso.documents.drafts import Draft
from doanso.documents.models import Document, Profile
from doanso.documents.policy import DRAFT
from doanso.lib import formats
from doanso.places import queries
from doanso.places.kinds import kind_named
from doanso.places.models import AssessedValue, Recognition
from doanso.places.wording import threshold_words, value_words
from doanso.units import queries as units

_HEADS = ("TT", "Tiêu chí", "Ngưỡng", "Kết quả ngày thẩm định", "Đạt")


def draft_decision(*, actor: User, recognition: Recognition) -> Document:
    """Start the decision as a document of the nearest committee above the place whose documents the actor drafts.

    Its officers edit, sign and issue it like any other.
    """
    unit = queries.keeping_unit(recognition.place)
    above = [named.unit for named in reversed(units.ancestors(unit))]
    office = next((one for one in above if DRAFT.allows_at(actor, one)), unit)
    return start_document(actor=actor, unit=office, draft=decision_draft(recognition))


def decision_draft(recognition: Recognition) -> Draft:
    """Return what the decision says, in the Union's form."""
    place, assessment = recognition.place, recognition.assessment
    kind = kind_named(place.kind)
    unit = units.named_unit(place.unit)
    values = queries.values_of([assessment])[assessment.pk]
    count = formats.number(assessment.criteria_count)
    what = f"{kind.name} “{place.name}”"
    lines = (
        _italic("Căn cứ Điều lệ Đoàn TNCS Hồ Chí Minh và Hướng dẫn thực hiện Điều lệ Đoàn;"),
        _italic(
            f"Căn cứ kết quả thẩm định {formats.number(assessment.criteria_count)} tiêu chí ngày {formats.day(assessment.on)};"
        ),
        _italic(f"Xét đề nghị của {unit.name},"),
        Paragraph((TextRun("QUYẾT ĐỊNH:", bold=True),), centred=True),
        _article(
            "Điều 1.", f"Công nhận {what}, do {unit.name} xây dựng, đạt {count}/{count} tiêu chí (phụ lục kèm theo)."
        ),
        _article(
            "Điều 2.",
            f"{unit.name} duy trì các tiêu chí; tái kiểm tra trước ngày {formats.day(recognition.recheck_due)}. "
            "Tiêu chí nào không còn đạt mà không khắc phục thì thu hồi công nhận.",
        ),
        _article(
            "Điều 3.",
            f"Văn phòng, các ban và {unit.name} chịu trách nhiệm thi hành Quyết định này. Quyết định có hiệu lực kể từ ngày ký.",
        ),
    )
    return Draft(
        profile=Profile.DOAN,
        kind="decision",
        summary=f"Về việc công nhận {what}",
        body=DocumentBody(lines),
        appendices=(Appendix(f"KẾT QUẢ THẨM ĐỊNH {place.name.upper()}", DocumentBody((_table(values),))),),
        recipients=("Như Điều 3", "Lưu VP"),
    )


def _italic(words: str) -> Paragraph:
    return Paragraph((TextRun(words, italic=True),))


def _article(head: str, words: str) -> Paragraph:
    return Paragraph((TextRun(head, bold=True), TextRun(f" {words}")))


def _table(values: Mapping[int, AssessedValue]) -> BodyTable:
    rows = [BodyTableRow(tuple(BodyTableCell.of_text(words, is_head=True) for words in _HEADS))]
    for number, value in sorted(values.items()):
        cells = (
            str(number),
            value.criterion.title,
            threshold_words(value.criterion),
            value_words(value.criterion, value),
            "Đạt" if value.passed else "Chưa đạt",
        )
        rows.append(BodyTableRow(tuple(BodyTableCell.of_text(words) for words in cells)))
    return BodyTable(len(_HEADS), tuple(rows))
