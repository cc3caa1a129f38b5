"""Units, rights, history, tokens, one's own account, administration."""

from django.urls import path

from doanso.access import views, views_rights

app_name = "access"
urlpatterns = [
    path("units/", views.unit_list, name="units"),
    path("units/<slug:code>/", views.unit, name="unit"),
    path("units/<slug:code>/unmask/", views.unmask, name="unmask"),
    path("history/", views.history, name="history"),
    path("history/<str:kind>/<uuid:pk>/", views.object_history, name="object_history"),
    path("users/", views_rights.user_list, name="users"),
    path("users/grant/", views_rights.grant, name="grant"),
    path("users/<uuid:pk>/", views_rights.user, name="user"),
    path("users/<uuid:pk>/code/", views_rights.reset_code, name="reset_code"),
    path("users/<uuid:pk>/open/", views_rights.set_open, name="set_open"),
    path("roles/<uuid:pk>/end/", views_rights.end_role, name="end_role"),
    path("tokens/", views_rights.tokens, name="tokens"),
    path("tokens/<uuid:pk>/revoke/", views_rights.revoke_token, name="revoke_token"),
    path("account/", views_rights.account, name="account"),
    path("administration/", views_rights.administration, name="administration"),
    path("administration/end/", views_rights.end_administration, name="end_administration"),
]
