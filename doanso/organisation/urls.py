from django.urls import URLPattern, URLResolver, path

from doanso.organisation import views

app_name = "organisation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("organisation/", views.change_list, name="list"),
    path("organisation/changes/<uuid:change_id>/", views.change, name="change"),
    path("organisation/changes/<uuid:change_id>/undo/", views.undo, name="undo"),
    path("organisation/<slug:kind_code>/", views.plan_change, name="plan"),
]
