from django.urls import URLPattern, URLResolver, path

from doanso.support import views, views_office, views_receipt
from doanso.support.rechecks import views as rechecks

app_name = "support"
urlpatterns: list[URLPattern | URLResolver] = [
    path("support/", views.help_list, name="list"),
    path("support/record/", views.record, name="record"),
    path("support/<uuid:help_id>/", views.help_page, name="help"),
    path("support/<uuid:help_id>/correct/", views_office.correct, name="correct"),
    path("support/<uuid:help_id>/take-back/", views_office.take_back, name="take-back"),
    path("support/rechecks/", rechecks.round_list, name="rounds"),
    path("support/rechecks/new/", rechecks.new_round, name="new-round"),
    path("support/rechecks/<uuid:round_id>/", rechecks.round_page, name="round"),
    path("support/rechecks/<uuid:round_id>/list/", rechecks.drawn_from, name="round-list"),
    path("support/rechecks/<uuid:round_id>/call/", rechecks.call, name="call"),
    path("support/rechecks/<uuid:round_id>/call/<uuid:recheck_id>/", rechecks.answer, name="answer"),
    path("support/receipts/<uuid:receipt_id>/", views_office.slip, name="slip"),
    path("support/disputes/<uuid:dispute_id>/", views_office.dispute, name="dispute"),
    path("support/confirmations/<uuid:confirmation_id>/looked/", views_office.look_at, name="look-at"),
    path("support/remarks/<uuid:remark_id>/settle/", views_office.settle_remark, name="settle-remark"),
    path("r/", views_receipt.by_code, name="code"),
    path("r/<slug:link>/", views_receipt.receipt, name="receipt"),
    path("r/<slug:link>/confirm/", views_receipt.confirm, name="confirm"),
    path("r/<slug:link>/wrong/", views_receipt.wrong, name="wrong"),
    path("r/<slug:link>/dispute/", views_receipt.dispute, name="dispute-receipt"),
    path("r/<slug:link>/mine/", views_receipt.mine, name="mine"),
]
