"""Deeds on persons: what units write down about them, and what becomes of it.

Called by the apps above inside their own transaction and after their own policy, unless a deed names a verb of its own.
"""

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

__all__ = [
    "FIELDS",
    "ContactKey",
    "NewContact",
    "Particulars",
    "add_contacts",
    "birth_year_of",
    "carry_contact",
    "change_contact",
    "change_contacts",
    "differences",
    "link_sign_in",
]
