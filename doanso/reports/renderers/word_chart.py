"""A native Word chart: the line through the weeks and the target as a horizontal line, with the numbers embedded."""

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from doanso.lib import formats
from doanso.official_form.word_markup import escape_text
from doanso.reports.content import LineChart
from doanso.reports.renderers.axis import PERCENT

_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_MILLIMETRE = 36_000
_HEIGHT = 62
_MOST_LABELS = 10
_TEXT = (
    '<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1000"><a:latin typeface="Times New Roman"/></a:defRPr></a:pPr>'
    '<a:endParaRPr lang="vi-VN"/></a:p></c:txPr>'
)
# Dots regardless of the reader's locale, as in every printed number.
_NUMBER = "[>=1000000]#\\.###\\.##0;[>=1000]#\\.##0;0"


def chart(document: Document, drawn: LineChart, width: float) -> str:
    """Return the paragraph with the chart, which is stored as a part of its own."""
    package = document.part.package
    number = 1 + sum(str(part.partname).startswith("/word/charts/") for part in package.iter_parts())
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), _TYPE, _drawn(drawn).encode(), package)
    key = document.part.relate_to(part, RELATION.CHART)
    words = escape_text(_said(drawn)).replace("\n", " ")
    return (
        '<w:p><w:pPr><w:pStyle w:val="InTable"/><w:jc w:val="center"/></w:pPr><w:r><w:drawing>'
        '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{round(width) * _MILLIMETRE}" cy="{_HEIGHT * _MILLIMETRE}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name="Biểu đồ {number}" descr="{words}"/><wp:cNvGraphicFramePr/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{key}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def _said(chart: LineChart) -> str:
    """Return the chart as a text alternative."""
    write = formats.goal if chart.unit_of_count == PERCENT else formats.number
    points = "; ".join(f"{label}: {write(value)}" for label, value in chart.points)
    target = f"; chỉ tiêu: {write(chart.target)}" if chart.target is not None else ""
    return f"{chart.title} ({chart.unit_of_count}). {points}{target}"


def _drawn(chart: LineChart) -> str:
    labels = [label for label, _value in chart.points]
    # Shares are in tenths of a per cent.
    part, look = (10, '0"%"') if chart.unit_of_count == PERCENT else (1, _NUMBER)
    values = [value / part for _label, value in chart.points]
    rows = [(chart.unit_of_count, values, "1F4E79", "solid")]
    if chart.target is not None:
        rows.append(("chỉ tiêu", [chart.target / part] * len(labels), "7F7F7F", "dash"))
    scale = _SCALE if min(values) < 0 else _ZERO
    # As many labels as fit side by side; the points between them are drawn too.
    every = -(-len(labels) // _MOST_LABELS)
    skip = f'<c:tickLblSkip val="{every}"/><c:tickMarkSkip val="{every}"/>' if every > 1 else ""
    series = "".join(_series(place, labels, look, *row) for place, row in enumerate(rows))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_SPACES}><c:roundedCorners val="0"/>'
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:lineChart><c:grouping val="standard"/>'
        f'<c:varyColors val="0"/>{series}<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>'
        f'<c:catAx><c:axId val="1"/>{_SCALE}<c:delete val="0"/><c:axPos val="b"/>'
        f'<c:numFmt formatCode="General" sourceLinked="0"/>{_TICKS}{_TEXT}<c:crossAx val="2"/><c:crosses val="autoZero"/>'
        f'<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>{skip}<c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/>{scale}<c:delete val="0"/><c:axPos val="l"/>'
        '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr>'
        f'</c:majorGridlines><c:numFmt formatCode="{escape_text(look)}" sourceLinked="0"/>{_TICKS}{_TEXT}<c:crossAx val="1"/>'
        '<c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx></c:plotArea>'
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_TEXT}</c:legend><c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    )


_SCALE = '<c:scaling><c:orientation val="minMax"/></c:scaling>'
_ZERO = '<c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
_TICKS = '<c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'


def _series(place: int, labels: list[str], look: str, name: str, values: list[float], colour: str, dash: str) -> str:
    count = len(labels)
    words = "".join(f'<c:pt idx="{index}"><c:v>{escape_text(label)}</c:v></c:pt>' for index, label in enumerate(labels))
    figures = "".join(f'<c:pt idx="{index}"><c:v>{_whole(value)}</c:v></c:pt>' for index, value in enumerate(values))
    mark = '<c:marker><c:symbol val="none"/></c:marker>'
    if dash == "solid" and count <= _MOST_LABELS:
        mark = '<c:marker><c:symbol val="circle"/><c:size val="5"/></c:marker>'
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:v>{escape_text(name)}</c:v></c:tx>'
        f'<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill><a:prstDash val="{dash}"/></a:ln>'
        f'</c:spPr>{mark}<c:cat><c:strLit><c:ptCount val="{count}"/>{words}</c:strLit></c:cat>'
        f'<c:val><c:numLit><c:formatCode>{escape_text(look)}</c:formatCode><c:ptCount val="{count}"/>{figures}</c:numLit></c:val>'
        '<c:smooth val="0"/></c:ser>'
    )


def _whole(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
