from django.urls import URLPattern, URLResolver, path

from doanso.notices import views

app_name = "notices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", views.notices, name="list"),
    path("notices/seen/", views.see_all, name="see-all"),
    path("notices/<uuid:notice_id>/", views.open_notice, name="open"),
    path("notices/<uuid:notice_id>/seen/", views.see, name="see"),
]
