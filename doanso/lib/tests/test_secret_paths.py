import io
import logging

from doanso.lib.secret_paths import HideSecretPaths


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
