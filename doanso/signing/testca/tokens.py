"""Keys and certificates on a PKCS#11 token (SoftHSM2), for development, demo and tests."""

import subprocess
from pathlib import Path

import pkcs11
from asn1crypto import x509 as asn1
from pkcs11 import Attribute, CertificateType, KeyType, ObjectClass
from pkcs11.util.ec import decode_ec_private_key, encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import decode_rsa_private_key, encode_rsa_public_key

from doanso.signing.testca.issuing import IssuedCertificate


def init_token(label: str, pin: str, officer_pin: str, environment: dict[str, str] | None = None) -> None:
    """Create an empty token in the folder of SOFTHSM2_CONF."""
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", officer_pin],
        check=True,
        capture_output=True,
        env=environment,
    )


def configure(folder: Path) -> Path:
    """Write a configuration that keeps all tokens in the folder; return its path."""
    tokens = folder / "tokens"
    tokens.mkdir(parents=True, exist_ok=True)
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    return settings


def generate_key(module: str, token_label: str, pin: str, key_label: str, kind: str = "rsa") -> bytes:
    """Generate a key pair on the token; return its public key (SubjectPublicKeyInfo)."""
    identity = key_label.encode()
    with pkcs11.lib(module).get_token(token_label=token_label).open(user_pin=pin, rw=True) as session:
        if kind == "ec":
            parameters = session.create_domain_parameters(
                KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
            )
            public, _private = parameters.generate_keypair(id=identity, label=key_label, store=True)
            return bytes(encode_ec_public_key(public))
        public, _private = session.generate_keypair(KeyType.RSA, 2048, id=identity, label=key_label, store=True)
        return _rsa_info(bytes(encode_rsa_public_key(public)))


def _rsa_info(key: bytes) -> bytes:
    from asn1crypto import keys

    return bytes(keys.PublicKeyInfo.wrap(keys.RSAPublicKey.load(key), "rsa").dump())


def put_certificate(module: str, token_label: str, pin: str, key_label: str, der: bytes) -> None:
    """Store a certificate beside its key."""
    certificate = asn1.Certificate.load(der)
    with pkcs11.lib(module).get_token(token_label=token_label).open(user_pin=pin, rw=True) as session:
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: key_label,
                Attribute.ID: key_label.encode(),
                Attribute.SUBJECT: certificate.subject.dump(),
                Attribute.ISSUER: certificate.issuer.dump(),
                Attribute.SERIAL_NUMBER: certificate["tbs_certificate"]["serial_number"].dump(),
                Attribute.VALUE: der,
            }
        )


def put_key(module: str, token_label: str, pin: str, key_label: str, issued: IssuedCertificate) -> None:
    """Import a key with its certificate onto the token, for trials only."""
    from asn1crypto import keys

    info = keys.PrivateKeyInfo.load(issued.key_der)
    inner = info["private_key"].parsed.dump()
    if info.algorithm == "rsa":
        template = decode_rsa_private_key(inner)
    else:
        template = decode_ec_private_key(_curve_key(issued))
    template |= {Attribute.TOKEN: True, Attribute.LABEL: key_label, Attribute.ID: key_label.encode()}
    with pkcs11.lib(module).get_token(token_label=token_label).open(user_pin=pin, rw=True) as session:
        session.create_object(template)
    put_certificate(module, token_label, pin, key_label, issued.der)


def _curve_key(issued: IssuedCertificate) -> bytes:
    """Return an EC key in the traditional form, which names its curve."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return issued.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
