"""The content policy of pages that read a picture of a code: that of the product, and the reader's module may be compiled."""

from typing import Final, cast

from django.conf import settings

_OWN = cast(dict[str, list[str]], settings.SECURE_CSP)
READS_CODES: Final = {**_OWN, "script-src": [*_OWN["script-src"], "'wasm-unsafe-eval'"]}
