from django.urls import URLPattern, URLResolver, path

from doanso.cashless.views import alarms, codes, shops

app_name = "cashless"
urlpatterns: list[URLPattern | URLResolver] = [
    path("shops/", shops.shop_list, name="shops"),
    path("shops/follow/", shops.follow, name="follow"),
    path("shops/export/", shops.export, name="export"),
    path("shops/posters/", codes.posters, name="posters"),
    path("shops/checks/<uuid:check_id>/take-back/", shops.take_back, name="take-back"),
    path("shops/changes/<uuid:code_change_id>/approve/", codes.approve, name="approve"),
    path("shops/changes/<uuid:code_change_id>/refuse/", codes.refuse, name="refuse"),
    path("shops/changes/<uuid:code_change_id>/withdraw/", codes.withdraw, name="withdraw"),
    path("shops/alarms/<uuid:alarm_id>/", alarms.alarm, name="alarm"),
    path("shops/alarms/<uuid:alarm_id>/settle/", alarms.settle, name="settle"),
    path("shops/alarms/<uuid:alarm_id>/photos/", alarms.add_photo, name="add-alarm-photo"),
    path("shops/alarms/photos/<uuid:alarm_photo_id>/", alarms.photo, name="alarm-photo"),
    path("shops/alarms/photos/<uuid:alarm_photo_id>/erase/", alarms.erase_photo, name="erase-alarm-photo"),
    path("shops/<uuid:business_id>/", shops.shop, name="shop"),
    path("shops/<uuid:business_id>/check/", shops.check, name="check"),
    path("shops/<uuid:business_id>/code/", codes.code, name="code"),
    path("shops/<uuid:business_id>/code/end/", codes.end_code, name="end-code"),
]
