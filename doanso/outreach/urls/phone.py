"""Files of the doorstep app."""

from django.urls import path

from doanso.outreach.views import phone

patterns = [
    path("door/", phone.shell, name="phone"),
    path("door/app.json", phone.app_list, name="phone-list"),
    path("door/sw.js", phone.worker, name="phone-worker"),
    path("door/app/<str:version>/<path:path>", phone.app_file, name="phone-file"),
]
