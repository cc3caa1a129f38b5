import io
import logging

import pytest

from doanso.lib.secret_paths import HideSecretPaths, hide_secrets


def test_a_log_keeps_no_secret_of_a_link(monkeypatch):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(HideSecretPaths())
    logger = logging.getLogger("doanso.test.secret_paths")
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "propagate", False)

    logger.warning("%s: %s", "Not Found", "/r/mojbxHx61my1dOcVKcbW0Q/confirm/")
    logger.warning("GET /d/abcdefghijk/ and /members/ %s", 404)

    logger.warning("GET %s", "/v/mojbxHx61my1dOcVKcbW0Q/file/")
    logger.warning("GET %s", "/verify/AB12CD34/")

    assert written.getvalue() == (
        "Not Found: /r/…/confirm/\nGET /d/…/ and /members/ 404\nGET /v/…/file/\nGET /verify/AB12CD34/\n"
    )


TURN = "0198c3a4-5b6c-7d8e-9f01-23456789abcd"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("GET /b/mojbxHx61my1dOcVKcbW0Q/ HTTP/1.1", "GET /b/…/ HTTP/1.1"),
        (f"GET /b/mojbxHx61my1dOcVKcbW0Q/{TURN}/ HTTP/1.1", "GET /b/…/…/ HTTP/1.1"),
        (f"/b/mojbxHx61my1dOcVKcbW0Q/{TURN}?again", "/b/…/…?again"),
        (f"/support/stands/17/turns/{TURN}/finish/", "/support/stands/17/turns/…/finish/"),
        (f"/support/stands/17/turns/{TURN}/receipt/?print", "/support/stands/17/turns/…/receipt/?print"),
        ("/support/stands/17/sheet/", "/support/stands/17/sheet/"),
        ("/r/mojbxHx61my1dOcVKcbW0Q/confirm/", "/r/…/confirm/"),
        ("POST /i/mojbxHx61my1dOcVKcbW0Q/ HTTP/1.1", "POST /i/…/ HTTP/1.1"),
    ],
)
def test_a_number_at_a_stand_is_hidden_like_its_link(path, expected):
    assert hide_secrets(path) == expected
