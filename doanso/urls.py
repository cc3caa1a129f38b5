"""Every address of the product. Each app keeps its own; this page only says where they hang."""

from django.urls import include, path

from doanso.targets.api import api

handler500 = "doanso.home.failures.server_error"

urlpatterns = [
    # /programmes/new/ is no programme whose code is "new", which the page of a programme would look for.
    path("", include("doanso.targets.urls")),
    path("", include("doanso.home.urls")),
    path("", include("doanso.setup.urls")),
    path("", include("doanso.search.urls")),
    path("", include("doanso.accounts.urls")),
    path("", include("doanso.access.urls")),
    path("", include("doanso.members.urls")),
    path("", include("doanso.people.urls")),
    path("", include("doanso.imports.urls")),
    path("", include("doanso.assignments.urls")),
    path("", include("doanso.notices.urls")),
    path("", include("doanso.adoption.urls")),
    path("", include("doanso.support.urls")),
    path("", include("doanso.sync.urls")),
    path("", include("doanso.signing.urls")),
    path("", include("doanso.outreach.urls")),
    path("", include("doanso.referrals.urls")),
    path("", include("doanso.documents.urls")),
    path("", include("doanso.incoming.urls")),
    path("", include("doanso.results.urls")),
    path("", include("doanso.cashless.urls")),
    path("", include("doanso.places.urls")),
    path("", include("doanso.partners.urls")),
    path("", include("doanso.events.urls")),
    path("", include("doanso.organisation.urls")),
    path("", include("doanso.reports.urls")),
    path("api/v1/", api.urls),
]
