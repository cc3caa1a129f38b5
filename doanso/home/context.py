"""What every signed-in page shows around its content."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation and the user's place, for `base_work.html`."""
    return {"nav": []}
