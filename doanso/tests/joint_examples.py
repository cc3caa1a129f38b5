"""Addresses whose arguments belong together, such as a document and its own remark: they come from one example."""

from doanso.access.tests.routes_booths import ADDRESSES as BOOTH_ADDRESSES
from doanso.access.tests.routes_booths import MAKERS as BOOTH_MAKERS
from doanso.access.tests.routes_documents import MAKERS as DOCUMENT_MAKERS
from doanso.access.tests.routes_events import (
    CANCEL_TICKET,
    EVENT,
    EVENT_SHIFT,
    PART,
    PHOTO,
    PUBLIC_DRAW,
    PUBLIC_PHOTO,
    RESULT,
    SHIFT,
)
from doanso.access.tests.routes_events import MAKERS as EVENT_MAKERS
from doanso.access.tests.routes_partners import MAKERS as PARTNER_MAKERS
from doanso.access.tests.routes_places import MAKERS as PLACE_MAKERS
from doanso.access.tests.routes_registers import MAKERS as REGISTER_MAKERS
from doanso.access.tests.routes_targets import MAKERS as TARGET_MAKERS

MAKERS = DOCUMENT_MAKERS | TARGET_MAKERS | PLACE_MAKERS | REGISTER_MAKERS | PARTNER_MAKERS | EVENT_MAKERS | BOOTH_MAKERS
_DOCUMENT, _RECEIVED = "/documents/<uuid:document_id>/", "/documents/received/<uuid:delivery_id>/"
_PARTNER = "/partners/<uuid:partner_id>/"
_AGREEMENT = f"{_PARTNER}agreements/<uuid:agreement_id>/"
ADDRESSES = {
    **BOOTH_ADDRESSES,
    "documents:attachment": f"{_DOCUMENT}attachments/<uuid:attachment_id>/",
    "documents:detach": f"{_DOCUMENT}attachments/<uuid:attachment_id>/",
    "documents:settle-comment": f"{_DOCUMENT}comments/<uuid:comment_id>/settle/",
    "documents:delivery-attachment": f"{_RECEIVED}attachments/<uuid:attachment_id>/",
    "documents:outside-attachment": "/v/<str:link>/attachments/<uuid:attachment_id>/",
    "results:file": "/results/<uuid:result_id>/files/<uuid:file_id>/",
    "results:erase-file": "/results/<uuid:result_id>/files/<uuid:file_id>/erase/",
    "places:assign-gap": "/places/<uuid:place_id>/gaps/<uuid:criterion_id>/",
    "places:end-partner": "/places/<uuid:place_id>/partners/<uuid:part_id>/end/",
    "places:use-criteria": "/places/<uuid:place_id>/criteria/<uuid:set_id>/",
    "places:address": "/places/<uuid:place_id>/addresses/<uuid:address_id>/",
    "places:stalls": "/places/<uuid:place_id>/stalls/",
    "places:new-stall": "/places/<uuid:place_id>/stalls/new/",
    **{
        f"places:{name}": f"/places/<uuid:place_id>/stalls/<uuid:stall_id>/{rest}"
        for name, rest in (("stall", ""), ("change-trader", "trader/"), ("close-stall", "close/"))
    },
    "places:new-check": "/places/<uuid:place_id>/checks/new/<uuid:criterion_id>/",
    "places:correct-check": "/places/<uuid:place_id>/checks/<uuid:check_id>/correct/",
    "places:check-file": "/places/<uuid:place_id>/checks/files/<uuid:file_id>/",
    "places:erase-check-file": "/places/<uuid:place_id>/checks/files/<uuid:file_id>/erase/",
    **{
        f"places:{name}": f"/places/criteria/<uuid:set_id>/<uuid:criterion_id>/{rest}"
        for name, rest in (("criterion", ""), ("move-criterion", "move/"), ("remove-criterion", "remove/"))
    },
    **{
        f"partners:{name}-contact": f"{_PARTNER}contacts/<uuid:contact_id>/{name}/"
        for name in ("edit", "end", "remove")
    },
    **{f"partners:{name}-agreement": f"{_AGREEMENT}{name}/" for name in ("edit", "renew", "end", "resume")},
    "partners:repeat-agreement": f"{_AGREEMENT}next-year/",
    "partners:agreement": _AGREEMENT,
    "partners:agreement-file": f"{_AGREEMENT}file/",
    "partners:erase-agreement-file": f"{_AGREEMENT}file/erase/",
    **{
        f"partners:{name}-undertaking": f"{_PARTNER}undertakings/<uuid:undertaking_id>/{name}/"
        for name in ("edit", "settle", "reopen")
    },
    "events:edit-part": PART,
    "events:cancel-registration": CANCEL_TICKET,
    "events:undo-check-in": f"{EVENT}check-ins/<uuid:check_in_id>/undo/",
    "events:certificates-part": f"{EVENT}certificates/<int:part>/",
    "events:certificate": "/t/<slug:link>/certificate/",
    "events:verify-certificate": "/e/certificates/<str:code>/",
    "events:photo": PHOTO,
    "events:take-down-photo": f"{PHOTO}remove/",
    "events:large-photo": f"{PHOTO}large/",
    "events:small-photo": f"{PHOTO}small/",
    "events:public-photo": PUBLIC_PHOTO,
    "events:keep-photo": f"{PHOTO}keep/",
    "events:request-photo-removal": f"{PUBLIC_PHOTO}request/",
    "events:small-public-photo": f"{PUBLIC_PHOTO}small/",
    "events:public-event": "/e/<slug:slug>/",
    "events:calendar": "/e/<slug:slug>/event.ics",
    "events:join": "/e/<slug:slug>/join/",
    "events:ticket": "/t/<slug:link>/",
    "events:cancel-ticket": "/t/<slug:link>/cancel/",
    **{f"events:{name}-draw": f"{EVENT}draw/{name}/" for name in ("prepare", "commit", "freeze", "withdraw")},
    "events:enter-draw-number": f"{EVENT}draw/number/",
    "events:draw-minutes": f"{EVENT}draw/minutes/",
    "events:note-draw-minutes": f"{EVENT}draw/minutes/note/",
    "events:redraw-prize": RESULT,
    "events:public-draw": PUBLIC_DRAW,
    "events:draw-file": "/e/<slug:slug>/draw.json",
    "events:draw-list": "/e/<slug:slug>/draw-list.txt",
    "events:remove-part": f"{PART}remove/",
    "events:edit-shift": f"{EVENT_SHIFT}edit/",
    "events:remove-shift": f"{EVENT_SHIFT}remove/",
    "events:shift": SHIFT,
    "events:add-volunteer": f"{SHIFT}volunteers/",
    "events:remove-volunteer": f"{SHIFT}volunteers/<uuid:volunteer_id>/remove/",
    **{f"documents:{name}": f"{_DOCUMENT}{name}/" for name in ("send-to", "recall", "replace", "remind")},
}
