from django.urls import URLPattern, URLResolver, path

from doanso.sync import api, photos_api
from doanso.sync.views import deliver, devices, records

app_name = "sync"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sync/", records.waiting, name="list"),
    path("sync/<int:seq>/", records.record, name="record"),
    path("sync/deliver/", deliver.deliver, name="deliver"),
    path("sync/devices/", devices.devices, name="devices"),
    path("sync/devices/<uuid:device_id>/revoke/", devices.revoke, name="revoke"),
    path("api/v1/devices", api.register, name="register-device"),
    path("api/v1/devices/me", api.me, name="me"),
    path("api/v1/sync", api.sync, name="sync"),
    path("api/v1/sync/sealed", api.sync_sealed, name="sync-sealed"),
    path("api/v1/sync/records", api.records, name="records"),
    path("api/v1/photos", photos_api.announce, name="photos"),
    path("api/v1/photos/<uuid:photo_id>", photos_api.photo, name="photo"),
]
