"""A ready text with a link, for people without an account: shown with a copy button and a QR code by `parts/ready_text.html`."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from doanso.lib import qr


@dataclass(frozen=True, slots=True)
class ReadyText:
    """A message to paste into Zalo or a mail.

    `name` says what it is, `text` contains the `url`, `key` tells two on one page apart.
    """

    name: str
    text: str
    url: str = ""
    key: str = "ready-text"

    @property
    def code(self) -> SafeString | str:
        """The QR code of the address; empty without one."""
        return qr.svg(self.url, self.name) if self.url else ""
