"""Deeds on phones and on what they send."""

from doanso.sync.actions.devices import Registered, register_device, revoke_device
from doanso.sync.actions.receiving import Acknowledged, Again, Received, Told, receive

__all__ = [
    "Acknowledged",
    "Again",
    "Received",
    "Registered",
    "Told",
    "receive",
    "register_device",
    "revoke_device",
]
