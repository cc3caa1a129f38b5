from django.urls import URLPattern, URLResolver, path

from doanso.imports import views

app_name = "imports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", views.start_import, name="list"),
    path("imports/<uuid:import_id>/", views.job, name="import"),
    path("imports/<uuid:import_id>/progress/", views.progress, name="progress"),
    path("imports/<uuid:import_id>/apply/", views.apply, name="apply"),
    path("imports/<uuid:import_id>/answers/", views.answers, name="answers"),
    path("imports/<uuid:import_id>/columns/", views.columns, name="columns"),
    path("imports/<uuid:import_id>/cancel/", views.cancel, name="cancel"),
    path("imports/<uuid:import_id>/rejected/", views.rejected, name="rejected"),
    path("imports/templates/<str:kind>/", views.empty_list, name="empty_list"),
]
