"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.lib import formats
from doanso.outreach import policy
from doanso.outreach.models import Door, Drive, Team, Visit


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("outreach.visit", _("Visit"), _visits)
    register_object_kind("outreach.drive", _("Drive"), _drives)
    register_object_kind("outreach.team", _("Digital team"), _teams)
    register_object_kind("outreach.teammate", _("Person of a team"))
    register_object_kind("outreach.door", _("Door of a drive"), _doors)
    register_object_kind("outreach.card", _("Card of a team"))


def _visit_title(visit: Visit) -> str:
    return _now("Visit on %(day)s") % {"day": formats.day(visit.happened_on)}


_visits = linked(
    policy.VIEW, Visit.objects.all, title=_visit_title, url=lambda visit: reverse("outreach:visit", args=[visit.pk])
)
_drives = linked(
    policy.MANAGE,
    Drive.objects.all,
    title=lambda drive: drive.name,
    url=lambda drive: reverse("outreach:drive", args=[drive.pk]),
)
_doors = linked(
    policy.MANAGE,
    Door.objects.select_related("drive").all,
    title=lambda door: door.drive.name,
    url=lambda door: reverse("outreach:drive", args=[door.drive_id]),
)
_teams = linked(
    policy.MANAGE,
    Team.objects.all,
    title=lambda team: team.name,
    url=lambda team: reverse("outreach:team", args=[team.pk]),
)
