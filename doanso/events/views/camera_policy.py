"""The content policy of a booth's page, which reads tickets by camera: that of the product, and the reader may be compiled."""

from typing import Final, cast

from django.conf import settings

_OWN = cast(dict[str, list[str]], settings.SECURE_CSP)
READS_TICKETS: Final = {**_OWN, "script-src": [*_OWN["script-src"], "'wasm-unsafe-eval'"]}
