"""Deeds on persons: what units write down about them, and what becomes of it.

Called by the apps above inside their own transaction and after their own policy, unless a deed names a verb of its own.
"""

from doanso.people.actions.consenting import ConsentGiven, give_consents, load_consent_text, withdraw_consent
from doanso.people.actions.contacts import (
    FIELDS,
    ContactKey,
    NewContact,
    Particulars,
    add_contacts,
    birth_year_of,
    carry_contact,
    change_contact,
    change_contacts,
    differences,
    link_sign_in,
)
from doanso.people.actions.meeting import Met, meet_many
from doanso.people.actions.requesting import open_request
from doanso.people.actions.shops import BusinessTold, MetBusiness, meet_businesses

__all__ = [
    "FIELDS",
    "BusinessTold",
    "ConsentGiven",
    "ContactKey",
    "Met",
    "MetBusiness",
    "NewContact",
    "Particulars",
    "add_contacts",
    "birth_year_of",
    "carry_contact",
    "change_contact",
    "change_contacts",
    "differences",
    "give_consents",
    "link_sign_in",
    "load_consent_text",
    "meet_businesses",
    "meet_many",
    "open_request",
    "withdraw_consent",
]
