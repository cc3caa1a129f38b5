"""Tables of persons, contacts, consent, requests and duplicates."""

from doanso.people.models.consents import Channel, Consent, ConsentText
from doanso.people.models.doubles import Duplicate, DuplicateState, Merge
from doanso.people.models.persons import Business, Contact, Gender, Household, Person
from doanso.people.models.requests import Request, RequestKind, RequestState

__all__ = [
    "Business",
    "Channel",
    "Consent",
    "ConsentText",
    "Contact",
    "Duplicate",
    "DuplicateState",
    "Gender",
    "Household",
    "Merge",
    "Person",
    "Request",
    "RequestKind",
    "RequestState",
]
