"""Time-stamps of RFC 3161, requested through `egress`."""

import hashlib
import secrets

from asn1crypto import algos, cms, tsp
from django.conf import settings
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, handle_tsp_response

from doanso.signing import egress

# Everything that can go wrong with a foreign answer.
FAILURES = (egress.Unreachable, TimestampRequestError, SigningError, ValueError, TypeError, KeyError)


def is_set() -> bool:
    """Return whether a time-stamping authority is configured."""
    return bool(settings.SIGNING_TSA["addresses"])


def time_stamp(signature: bytes) -> bytes:
    """Return a time-stamp token over the signature, from the first configured authority with a valid answer."""
    failed: Exception = ValueError("no time-stamping authority is set")
    for address in settings.SIGNING_TSA["addresses"]:
        try:
            return _asked(address, hashlib.sha256(signature).digest())
        except FAILURES as error:
            failed = error
    raise failed


def _asked(address: str, digest: bytes) -> bytes:
    nonce = secrets.randbits(63)
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    request = tsp.TimeStampReq(
        {"version": 1, "message_imprint": tsp.MessageImprint(imprint), "cert_req": True, "nonce": nonce}
    )
    answer = egress.post(
        address, request.dump(), sends="application/timestamp-query", wants="application/timestamp-reply"
    )
    token = handle_tsp_response(tsp.TimeStampResp.load(answer, strict=True), nonce)  # type: ignore[arg-type]
    stamped_imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
    if (
        stamped_imprint["hashed_message"].native != digest
        or stamped_imprint["hash_algorithm"]["algorithm"].native != "sha256"
    ):
        raise ValueError("a time-stamp of something else")
    return bytes(token.dump())


class FixedTimeStamper(TimeStamper):
    """A time-stamper that returns an existing token to the library."""

    def __init__(self, token: bytes) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # inherited from the library
        self._token = token

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return the token."""
        return cms.ContentInfo.load(self._token)
