"""Fixtures of the tests of the setup."""

from doanso.home.tests.conftest import programme

__all__ = ["programme"]
