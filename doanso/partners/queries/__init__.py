"""Reads of partners for apps above: which may be chosen, and how they are named."""

from doanso.partners.queries.choices import (
    PartnerChoice,
    PartnerLink,
    partner_choices,
    partner_links,
    partners_with_agreement,
)

__all__ = ["PartnerChoice", "PartnerLink", "partner_choices", "partner_links", "partners_with_agreement"]
