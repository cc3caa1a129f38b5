"""The phones' part of stands: what records people in a row at an open stand without a network; see docs/sync.md."""

from doanso.outreach.ports import PackContent, PackRequest
from doanso.support.queries.phone_stands import phone_stands


def stands_part(request: PackRequest) -> PackContent:
    """Return today's open stands at which the phone's user may help, the nearest first; None without one."""
    stands = phone_stands(request.user, request.device_id, request.today, near=request.unit.pk, ward=request.ward.pk)
    return list(stands) or None
