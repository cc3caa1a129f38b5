"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.imports import policy
from doanso.imports.models import Import
from doanso.lib import formats


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("imports.import", _("Imported list"), _imports)


def _title(job: Import) -> str:
    return _now("List of %(day)s") % {"day": formats.day(job.started_at)}


_imports = linked(
    policy.RUN, Import.objects.all, title=_title, url=lambda job: reverse("imports:import", args=[job.pk])
)
