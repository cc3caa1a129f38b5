from django.urls import URLPattern, URLResolver, path

from doanso.sync import api

app_name = "sync"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/devices", api.register, name="register-device"),
    path("api/v1/devices/me", api.me, name="me"),
    path("api/v1/sync", api.sync, name="sync"),
    path("api/v1/sync/sealed", api.sync_sealed, name="sync-sealed"),
    path("api/v1/sync/records", api.records, name="records"),
]
