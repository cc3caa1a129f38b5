"""Where the key is: on a PKCS#11 token, or for trials in a .p12 file. It signs, and is never read out."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature


class NotHere(Exception):
    """The key cannot sign; the message is for the person."""


class Keys(Protocol):
    """What signs."""

    def require(self, certificate: bytes) -> None:
        """Refuse when this certificate is not on the device."""

    def sign(self, certificate: bytes, all_data: Sequence[bytes], pin: str) -> list[bytes]:
        """The signatures of the certificate's key over the SHA-256 of each (ECDSA as DER), with the PIN given once."""


_NOT_FOUND = "Không tìm thấy chứng thư này trong thiết bị ký. Cắm đúng thiết bị rồi thử lại."


class Token:
    """Keys on tokens behind a PKCS#11 library."""

    def __init__(self, module: str) -> None:
        self._library = pkcs11.lib(module)

    def _find(self, certificate: bytes) -> tuple[pkcs11.Token, bytes]:
        for token in self._library.get_tokens():
            try:
                with token.open() as session:
                    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.VALUE: certificate}
                    for found in session.get_objects(wanted):
                        return token, bytes(found[Attribute.ID])
            except pkcs11.PKCS11Error:
                continue
        raise NotHere(_NOT_FOUND)

    def require(self, certificate: bytes) -> None:
        """Refuse when no token holds this certificate."""
        try:
            self._find(certificate)
        except pkcs11.PKCS11Error as error:
            raise NotHere(_NOT_FOUND) from error

    def sign(self, certificate: bytes, all_data: Sequence[bytes], pin: str) -> list[bytes]:
        """Open the token with the PIN, sign each, close it."""
        try:
            token, identity = self._find(certificate)
            with token.open(user_pin=pin) as session:
                key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=identity)
                return [_signed(key, data) for data in all_data]
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid) as error:
            raise NotHere("Mã PIN không đúng. Thiết bị tự khóa sau vài lần sai.") from error
        except pkcs11.PinLocked as error:
            raise NotHere("Thiết bị ký đã bị khóa vì nhập sai mã PIN. Liên hệ nơi cấp chứng thư.") from error
        except pkcs11.PKCS11Error as error:
            raise NotHere("Thiết bị ký không trả lời. Rút ra cắm lại rồi thử lại.") from error


def _signed(key: pkcs11.PrivateKey, data: bytes) -> bytes:
    if key.key_type is KeyType.EC:
        raw = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        return bytes(encode_ecdsa_signature(raw))
    return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))


class P12:
    """A key in a file, under a password: without the protection of a device, so for trials only."""

    def __init__(self, path: str) -> None:
        self._content = Path(path).read_bytes()

    def require(self, certificate: bytes) -> None:
        """A file says nothing before its password is known."""

    def sign(self, certificate: bytes, all_data: Sequence[bytes], pin: str) -> list[bytes]:
        """Open the file with its password and sign each."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
        from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

        try:
            key, own, _others = pkcs12.load_key_and_certificates(self._content, pin.encode())
        except ValueError as error:
            raise NotHere("Mật khẩu của tệp .p12 không đúng.") from error
        if own is None or own.public_bytes(Encoding.DER) != certificate:
            raise NotHere(_NOT_FOUND)
        if isinstance(key, rsa.RSAPrivateKey):
            return [key.sign(data, padding.PKCS1v15(), hashes.SHA256()) for data in all_data]
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return [key.sign(data, ec.ECDSA(hashes.SHA256())) for data in all_data]
        raise NotHere("Loại khóa trong tệp này không dùng để ký ở đây được.")
