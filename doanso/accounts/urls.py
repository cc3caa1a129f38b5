"""Routes of sign-in. Only the used part of allauth: no sign-up, no e-mail pages."""

from allauth.account import views as allauth
from django.urls import path

from doanso.accounts import views

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("login/closed/", allauth.account_inactive, name="account_inactive"),
    path("password/", allauth.password_change, name="account_change_password"),
    path("password/code/", views.password_with_code, name="account_password_with_code"),
    path("theme/", views.theme, name="account_theme"),
]
