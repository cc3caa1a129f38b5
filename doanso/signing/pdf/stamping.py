"""Time-stamps of RFC 3161, asked for through the one door to the outside."""

from asn1crypto import cms, tsp
from django.conf import settings
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from doanso.signing import egress

# All that can go wrong with somebody else's answer.
FAILURES = (egress.Unreachable, TimestampRequestError, PdfError, ValueError, TypeError)


class ConfiguredStamper(TimeStamper):
    """Asks the authorities of the settings, one after the other."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The first answer that one of them gives."""
        failed: egress.Unreachable | None = None
        for address in settings.SIGNING_TSA["addresses"]:
            try:
                answer = egress.post(
                    address, req.dump(), sends="application/timestamp-query", wants="application/timestamp-reply"
                )
                return tsp.TimeStampResp.load(answer, strict=True)
            except egress.Unreachable as error:
                failed = error
        raise failed or ValueError("no time-stamping authority is set")

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token, which must speak of the very digest it was asked about."""
        token = await super().async_timestamp(message_digest, md_algorithm)
        told = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
        if (
            told["hashed_message"].native != message_digest
            or told["hash_algorithm"]["algorithm"].native != md_algorithm
        ):
            raise ValueError("a time-stamp of something else")
        return token


def stamper() -> ConfiguredStamper | None:
    """Who stamps times here, if anybody does."""
    return ConfiguredStamper() if settings.SIGNING_TSA["addresses"] else None
