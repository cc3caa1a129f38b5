"""Pages of people: contacts, consents, requests, and pairs that may be one."""

from doanso.people.views.contacts import consent, open_request, people, person, withdraw
from doanso.people.views.pairs import alike, pair, pairs, undo
from doanso.people.views.requests import copy, decline, erase, extend, request, requests, resolve, take

__all__ = [
    "alike",
    "consent",
    "copy",
    "decline",
    "erase",
    "extend",
    "open_request",
    "pair",
    "pairs",
    "people",
    "person",
    "request",
    "requests",
    "resolve",
    "take",
    "undo",
    "withdraw",
]
