import io
import logging

from doanso.lib.secret_paths import HideSecretPaths


def test_a_log_keeps_no_secret_of_a_link():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(HideSecretPaths())
    logger = logging.Logger("test")
    logger.addHandler(handler)

    logger.warning("%s: %s", "Not Found", "/r/mojbxHx61my1dOcVKcbW0Q/confirm/")
    logger.warning("GET /d/abcdefghijk/ and /members/ %s", 404)

    assert written.getvalue() == "Not Found: /r/…/confirm/\nGET /d/…/ and /members/ 404\n"
