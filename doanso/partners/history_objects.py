"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.access.ports import linked, register_object_kind
from doanso.partners import policy
from doanso.partners.models import Agreement, Partner, Undertaking


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("partners.partner", _("Partner"), _partners)
    register_object_kind("partners.agreement", _("Agreement"), _agreements)
    register_object_kind("partners.undertaking", pgettext_lazy("partner", "Undertaking"), _undertakings)


_partners = linked(
    policy.VIEW,
    Partner.objects.all,
    title=lambda partner: partner.name,
    url=lambda partner: reverse("partners:partner", args=[partner.pk]),
)
_agreements = linked(
    policy.VIEW,
    lambda: Agreement.objects.select_related("partner"),
    title=lambda agreement: f"{agreement.title}, {agreement.partner.short_name}",
    url=lambda agreement: reverse("partners:agreement", args=[agreement.partner_id, agreement.pk]),
)
_undertakings = linked(
    policy.VIEW,
    lambda: Undertaking.objects.select_related("partner"),
    title=lambda undertaking: f"{undertaking.text}, {undertaking.partner.short_name}",
    url=lambda undertaking: reverse("partners:partner", args=[undertaking.partner_id]),
)
