"""A document as PDF in its form, and its pages as pictures: one typst template makes both, and tells its places."""

from pathlib import Path
from typing import Any

from doanso.documents.forms import lines
from doanso.documents.forms.blocks import as_values, ended
from doanso.documents.forms.content import BOXES, CIRCULATIONS, URGENCIES, DocumentContent
from doanso.documents.forms.places import Place, Rendered
from doanso.documents.official import wording
from doanso.documents.official.letters import Setting, with_room
from doanso.lib import qr

TEMPLATE = Path(__file__).parent / "typst" / "document.typ"
_EXACT = {"url", "svg", "code"}
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" '


def render(content: DocumentContent) -> Rendered:
    """The document with its places."""
    setting = _setting(content)
    pdf = setting.pdf()
    told = setting.told("place")
    found = {one.pop("name"): Place(**{key: _rounded(value) for key, value in one.items()}) for one in told}
    return Rendered(pdf, found, setting.told("pages")[0])


def pages(content: DocumentContent, *, ppi: int) -> list[bytes]:
    """Every page as PNG."""
    return _setting(content).pictures(ppi)


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value


def _setting(content: DocumentContent) -> Setting:
    return Setting(TEMPLATE, "document", _values(content), dated=lines.dated_in_file(content), exact=_EXACT)


def _values(content: DocumentContent) -> dict[str, Any]:
    """What the template lays out."""
    day, month, year = lines.date_parts(content)
    told = lines.dated_in_file(content)
    width, height = BOXES.get(content.urgency, (0.0, 0.0))
    room = wording.text_width(content.form)
    return {
        "form": content.form,
        "title": lines.title(content),
        "author": content.issuers[0].name,
        "date": [told.year, told.month, told.day],
        "draft": content.draft,
        "watermark": lines.WATERMARK,
        "urgency": {"words": URGENCIES.get(content.urgency, ""), "width": width, "height": height},
        "circulation": CIRCULATIONS.get(content.circulation, ""),
        "verify": _verify(content),
        "head": {
            "superior": lines.superior(content),
            "names": [one.upper() for one in lines.names(content)],
            "number": lines.number(content),
            "symbol": f"{wording.between(content.form)}{content.symbol}",
            "place": content.place,
            "day": day,
            "month": month,
            "year": year,
            "union": wording.UNION,
            "nation": wording.NATION,
            "motto": wording.MOTTO,
            "type": content.kind.name,
            "summary": content.summary,
            "about": lines.about(content),
            "to": list(content.addressees),
        },
        "body": as_values(ended(content.body, content.form), room),
        "signatures": [
            {"authority": list(one.authority), "post": one.post, "signer": one.name} for one in content.signatories
        ],
        "recipients": wording.recipients(content.recipients),
        "appendices": [
            {
                "label": lines.appendix_label(place, len(content.appendices)),
                "title": one.title,
                "goes_with": with_room(lines.goes_with(content)),
                "body": as_values(one.body.blocks, room),
            }
            for place, one in enumerate(content.appendices, 1)
        ],
    }


def _verify(content: DocumentContent) -> dict[str, str]:
    """By what it is found, and the code that leads there."""
    code = content.verify_code
    drawn = qr.svg(content.verify_url, code).replace("<svg ", _SVG, 1) if code else ""
    return {"code": code, "url": content.verify_url, "svg": drawn, "alt": f"{lines.VERIFY}: {code}"}
