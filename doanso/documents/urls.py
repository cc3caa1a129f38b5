"""Documents of units."""

from django.urls import path

from doanso.documents.views import letterheads

app_name = "documents"

urlpatterns = [
    path("units/<slug:code>/letterhead/", letterheads.letterhead, name="letterhead"),
]
