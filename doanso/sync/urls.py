from django.urls import URLPattern, URLResolver, path

from doanso.sync.api import sync_photos, sync_records
from doanso.sync.views import deliver, devices, records

app_name = "sync"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sync/", records.waiting, name="list"),
    path("sync/<int:seq>/", records.record, name="record"),
    path("sync/deliver/", deliver.deliver, name="deliver"),
    path("sync/devices/", devices.devices, name="devices"),
    path("sync/devices/<uuid:device_id>/revoke/", devices.revoke, name="revoke"),
    path("sync/devices/<uuid:device_id>/reinstate/", devices.reinstate, name="reinstate"),
    path("api/v1/devices", sync_records.register, name="register-device"),
    path("api/v1/devices/me", sync_records.me, name="me"),
    path("api/v1/sync", sync_records.sync, name="sync"),
    path("api/v1/sync/sealed", sync_records.sync_sealed, name="sync-sealed"),
    path("api/v1/sync/records", sync_records.records, name="records"),
    path("api/v1/photos", sync_photos.announce, name="photos"),
    path("api/v1/photos/<uuid:photo_id>", sync_photos.photo, name="photo"),
]
