"""The detectors detect: a page with a barrier, a page that breaks its own policy, a page that does neither."""

import types

import pytest
from django.http import HttpResponse
from django.urls import path

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = (
    "<!doctype html><html lang='vi'><head><title>Trang</title></head><body><main><h1>Trang</h1>{}</main></body></html>"
)


@pytest.fixture(autouse=True)
def pages(settings):
    urls = types.ModuleType("probe_urls")
    urls.urlpatterns = [
        path("good/", lambda request: HttpResponse(PAGE.format("<p>Tốt</p>"))),
        path(
            "barrier/",
            lambda request: HttpResponse(PAGE.format("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>")),
        ),
        path("foreign/", lambda request: HttpResponse(PAGE.format("<script src='https://example.org/x.js'></script>"))),
    ]
    settings.ROOT_URLCONF = urls
    settings.MIDDLEWARE = ["django.middleware.csp.ContentSecurityPolicyMiddleware"]


def test_good_page_is_found_good(open_as, axe):
    assert axe(open_as(None, "/good/")) == []


def test_axe_names_the_barrier(open_as, axe):
    assert [line.split(" ")[0] for line in axe(open_as(None, "/barrier/"))] == ["image-alt"]


def test_script_from_elsewhere_is_noticed(open_as, broken_policies):
    open_as(None, "/foreign/")

    assert len(broken_policies) == 1
    assert "example.org" in broken_policies.pop()
