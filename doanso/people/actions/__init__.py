"""Actions on persons: contacts, consent, requests, duplicates and erasure.

Called by the apps above inside their own transaction and after their own policy check, unless an action names a permission of
its own.
"""

from doanso.people.actions.consents import (
    PersonConsent,
    give_consents,
    guardian_problem,
    load_consent_text,
    store_consent_text,
    store_consents,
    withdraw_consent,
)
from doanso.people.actions.contacts import (
    FIELDS,
    ContactKey,
    NewContact,
    add_contacts,
    birth_year_of,
    carry_contact,
    change_contact,
    change_contacts,
    differences,
    link_sign_in,
    lock_contacts_of,
    lock_unerased,
    particulars_of,
    uncarry_contact,
)
from doanso.people.actions.doors import DoorInput, DoorMatchResult, match_or_create_households
from doanso.people.actions.homes import share_home
from doanso.people.actions.locking import lock_persons
from doanso.people.actions.matching import (
    MatchPreview,
    MatchResult,
    lock_all_names,
    lock_known,
    lock_people_and_shops,
    match_or_create_people,
    notice_alike,
    preview_matches,
)
from doanso.people.actions.merges import merge_businesses, merge_persons, record_doubt, resolve_duplicate, undo_merge
from doanso.people.actions.requests import (
    decline_request,
    erase_person,
    extend_request,
    open_request,
    resolve_request,
    take_back_consent,
    take_request,
)
from doanso.people.actions.retention import RetentionResult, forget_left_behind, forget_residents
from doanso.people.actions.shops import (
    BusinessInput,
    BusinessMatchPreview,
    BusinessMatchResult,
    match_or_create_businesses,
    preview_businesses,
)
from doanso.people.configuration import ConsentWords
from doanso.people.particulars import Particulars

__all__ = [
    "FIELDS",
    "BusinessInput",
    "BusinessMatchPreview",
    "BusinessMatchResult",
    "ConsentWords",
    "ContactKey",
    "DoorInput",
    "DoorMatchResult",
    "MatchPreview",
    "MatchResult",
    "NewContact",
    "Particulars",
    "PersonConsent",
    "RetentionResult",
    "add_contacts",
    "birth_year_of",
    "carry_contact",
    "change_contact",
    "change_contacts",
    "decline_request",
    "differences",
    "erase_person",
    "extend_request",
    "forget_left_behind",
    "forget_residents",
    "give_consents",
    "guardian_problem",
    "link_sign_in",
    "load_consent_text",
    "lock_all_names",
    "lock_contacts_of",
    "lock_known",
    "lock_people_and_shops",
    "lock_persons",
    "lock_unerased",
    "match_or_create_businesses",
    "match_or_create_households",
    "match_or_create_people",
    "merge_businesses",
    "merge_persons",
    "notice_alike",
    "open_request",
    "particulars_of",
    "preview_businesses",
    "preview_matches",
    "record_doubt",
    "resolve_duplicate",
    "resolve_request",
    "share_home",
    "store_consent_text",
    "store_consents",
    "take_back_consent",
    "take_request",
    "uncarry_contact",
    "undo_merge",
    "withdraw_consent",
]
