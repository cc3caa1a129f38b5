"""Deeds of signing: making a signature in two steps, and keeping the certificates with which one signs."""

from doanso.signing.actions.certificates import Seen, add_certificate, end_certificate, look_at, set_image
from doanso.signing.actions.signatures import (
    LARGEST,
    Begun,
    accept_upload,
    begin_signature,
    cancel_signature,
    complete_signature,
    renew_secret,
    sign_on_server,
    withdraw_signature,
)

__all__ = [
    "LARGEST",
    "Begun",
    "Seen",
    "accept_upload",
    "add_certificate",
    "begin_signature",
    "cancel_signature",
    "complete_signature",
    "end_certificate",
    "look_at",
    "renew_secret",
    "set_image",
    "sign_on_server",
    "withdraw_signature",
]
