"""Actions of signing: signatures in two steps, and the certificates used for them."""

from doanso.signing.actions.certificates import (
    CertificatePreview,
    add_certificate,
    confirm_certificate,
    end_certificate,
    look_at,
    set_image,
)
from doanso.signing.actions.signatures import (
    LARGEST,
    SignatureStart,
    accept_upload,
    begin_signature,
    cancel_signature,
    complete_signature,
    renew_secret,
    sign_on_server,
    withdraw_signatures,
)
from doanso.signing.actions.trials import begin_trial

__all__ = [
    "LARGEST",
    "CertificatePreview",
    "SignatureStart",
    "accept_upload",
    "add_certificate",
    "begin_signature",
    "begin_trial",
    "cancel_signature",
    "complete_signature",
    "confirm_certificate",
    "end_certificate",
    "look_at",
    "renew_secret",
    "set_image",
    "sign_on_server",
    "withdraw_signatures",
]
