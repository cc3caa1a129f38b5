"""The office of ward 4, as the tests of documents have it."""

from doanso.documents.tests.conftest import issued, office, refused

__all__ = ["issued", "office", "refused"]
