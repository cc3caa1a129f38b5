"""Structural checks of a CMS envelope: one signer, the required attributes, and algorithms of sufficient strength."""

from asn1crypto import cms, core, parser, x509

from doanso.signing.verification.lexer import Fault
from doanso.signing.verification.signature_coverage import SignedField

_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_MECHANISMS = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "ed25519"})
_MOST_DEPTH = 30
_ONCE = frozenset({"content_type", "message_digest", "signing_certificate", "signing_certificate_v2", "signing_time",
                   "cms_algorithm_protection"})  # fmt: skip


def require_plain(place: SignedField) -> cms.SignedData:
    """Parse the envelope of one signature; raise `Fault` for any but the one accepted form."""
    written = place.contents
    try:
        length = parser.peek(written)
        _require_der(written[:length])
        content = cms.ContentInfo.load(written[:length], strict=True)
        if content["content_type"].native != "signed_data":
            raise Fault("envelope", "type")
        signed = content["content"]
        _require_one_form(signed, place)
    except (ValueError, TypeError, KeyError, IndexError):
        raise Fault("envelope") from None
    if written[length:].strip(b"\0"):
        raise Fault("envelope", "rest")
    return signed


def _require_der(written: bytes, depth: int = 0) -> None:
    """Parse the whole structure eagerly, so that no malformed part stays hidden by lazy parsing."""
    if depth > _MOST_DEPTH:
        raise Fault("envelope", "depth")
    position = 0
    while position < len(written):
        kind, method, _tag, head, inner, rest = parser.parse(written[position:])
        if rest or (kind == 0 and _tag == 0):
            raise Fault("envelope", "form")
        if method:
            _require_der(inner, depth + 1)
        position += len(head) + len(inner)


def _require_one_form(signed: cms.SignedData, place: SignedField) -> None:
    if len(signed["signer_infos"]) != 1:
        raise Fault("envelope", "signers")
    info = signed["signer_infos"][0]
    inner = signed["encap_content_info"]
    expected = "tst_info" if place.is_time else "data"
    if inner["content_type"].native != expected or (not place.is_time and inner["content"] is not core.VOID):
        raise Fault("envelope", "content")
    by_issuer = info["sid"].name == "issuer_and_serial_number"
    versions = ("v1" if by_issuer and not place.is_time else "v3", "v1" if by_issuer else "v3")
    if (signed["version"].native, info["version"].native) != versions:
        raise Fault("envelope", "version")
    digest = info["digest_algorithm"]["algorithm"].native
    mechanism = info["signature_algorithm"]
    if digest not in _DIGESTS:
        raise Fault("weak", digest)
    if mechanism.signature_algo not in _MECHANISMS:
        raise Fault("weak", mechanism["algorithm"].native)
    named = mechanism["algorithm"].native not in ("ed25519", "rsassa_pkcs1v15")
    if named and mechanism.hash_algo not in _DIGESTS:
        raise Fault("weak", mechanism.hash_algo)
    if digest not in [algorithm["algorithm"].native for algorithm in signed["digest_algorithms"]]:
        raise Fault("envelope", "digest")
    # Digest algorithms take no parameters: absent or NULL.
    if any(
        algorithm["parameters"].dump() not in (b"", b"\x05\x00")
        for algorithm in [info["digest_algorithm"], *signed["digest_algorithms"]]
    ):
        raise Fault("envelope", "digest")
    _require_attributes(info, expected)
    inside = [] if signed["certificates"] is core.VOID else list(signed["certificates"])
    plain = [choice.chosen for choice in inside if choice.name == "certificate"]
    if len({(certificate.issuer.hashable, certificate.serial_number) for certificate in plain}) != len(inside):
        raise Fault("envelope", "certificates")


def _require_attributes(info: cms.SignerInfo, expected: str) -> None:
    attributes = info["signed_attrs"]
    if attributes is core.VOID:
        raise Fault("envelope", "attributes")
    kinds = [attribute["type"].native for attribute in attributes]
    if len(set(kinds)) != len(kinds) or any(
        len(attribute["values"]) != 1 for attribute in attributes if attribute["type"].native in _ONCE
    ):
        raise Fault("envelope", "attributes")
    if not {"content_type", "message_digest"} <= set(kinds):
        raise Fault("envelope", "attributes")
    unsigned = info["unsigned_attrs"]
    if unsigned is not core.VOID and any(
        attribute["type"].native != "signature_time_stamp_token" for attribute in unsigned
    ):
        raise Fault("envelope", "unsigned")


def names_exactly(info: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Return whether the signer identifier has exactly the certificate's bytes, not just an equivalent name."""
    chosen = info["sid"].chosen
    return info["sid"].name != "issuer_and_serial_number" or bool(chosen["issuer"].dump() == certificate.issuer.dump())


def requires_certificate(info: cms.SignerInfo) -> bool:
    """Return whether the signed attributes name the signer's certificate, as a PAdES signature must."""
    kinds = {attribute["type"].native for attribute in info["signed_attrs"]}
    return bool(kinds & {"signing_certificate_v2", "signing_certificate"})
