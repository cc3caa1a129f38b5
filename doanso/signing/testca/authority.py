"""The test authority of one installation: a root, an intermediate and a time-stamping authority in the data folder.

The subject of every certificate says that it has no legal force. Outside demo and development it is refused unless
the settings allow it.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.signing.testca.issuing import (
    IssuedCertificate,
    issue,
    issue_authority,
    name_of,
    revocation_list,
    validity_period,
)

YEARS = 3650
YEAR = 365


@dataclass(frozen=True)
class TestAuthority:
    """The root, the issuing and the time-stamping authority."""

    # Keep pytest from collecting the class because of its name.
    __test__ = False

    root: IssuedCertificate
    issuing: IssuedCertificate
    time: IssuedCertificate

    def lists(self) -> tuple[bytes, bytes]:
        """Return empty revocation lists of the root and the issuing authority (DER)."""
        return revocation_list(self.root, [], days=YEAR), revocation_list(self.issuing, [], days=YEAR)

    def person(self, name: str, body: str) -> IssuedCertificate:
        """Return a person's certificate with its key."""
        return issue(name_of(name, organisation=body), by=self.issuing, held=validity_period(days=YEAR))

    def organisation(self, name: str) -> IssuedCertificate:
        """Return an organisation's certificate with its key."""
        return issue(name_of(name), by=self.issuing, held=validity_period(days=YEAR))


def _folder() -> Path:
    return Path(settings.DATA) / "test-authority"


def load_or_make() -> TestAuthority:
    """Return the installation's test authority, creating it at the first call."""
    if not settings.SIGNING_TEST_AUTHORITY:
        message = _("A test authority is made only in a demo or where DOANSO_TEST_AUTHORITY allows it.")
        raise Refused(Problem("test_authority_not_allowed", message))
    folder = _folder()
    if not (folder / "time.pem").exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        root = issue_authority(name_of("Root thử nghiệm Đoàn Số"), by=None, held=validity_period(days=YEARS))
        issuing = issue_authority(name_of("CA thử nghiệm Đoàn Số"), by=root, held=validity_period(days=YEARS))
        time = issue(
            name_of("Dấu thời gian thử nghiệm"), by=issuing, held=validity_period(days=YEARS), time_stamping=True
        )
        for name, authority in (("root", root), ("issuing", issuing), ("time", time)):
            _write(folder / f"{name}.pem", authority)
    root = _read(folder / "root.pem", ())
    issuing = _read(folder / "issuing.pem", (root.certificate,))
    return TestAuthority(root, issuing, _read(folder / "time.pem", (issuing.certificate, root.certificate)))


def _write(path: Path, authority: IssuedCertificate) -> None:
    path.touch(mode=0o600)
    key = authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(key + authority.pem)


def _read(path: Path, above: tuple[x509.Certificate, ...]) -> IssuedCertificate:
    content = path.read_bytes()
    key = load_pem_private_key(content, None)
    return IssuedCertificate(x509.load_pem_x509_certificate(content), key, above)  # type: ignore[arg-type]
