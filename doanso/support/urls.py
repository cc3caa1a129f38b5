from django.urls import URLPattern, URLResolver, path

from doanso.support import api
from doanso.support.views import office, pages, receipts, recording, stand_entry, stands
from doanso.support.views import recheck_rounds as rechecks

app_name = "support"
urlpatterns: list[URLPattern | URLResolver] = [
    path("support/", pages.help_list, name="list"),
    path("support/record/", recording.record, name="record"),
    path("support/<uuid:support_record_id>/", pages.help_page, name="support_record"),
    path("support/<uuid:support_record_id>/correct/", office.correct, name="correct"),
    path("support/<uuid:support_record_id>/take-back/", office.take_back, name="take-back"),
    path("support/rechecks/", rechecks.round_list, name="rounds"),
    path("support/rechecks/new/", rechecks.new_round, name="new-round"),
    path("support/rechecks/<uuid:round_id>/", rechecks.round_page, name="round"),
    path("support/rechecks/<uuid:round_id>/list/", rechecks.drawn_from, name="round-list"),
    path("support/rechecks/<uuid:round_id>/call/", rechecks.call, name="call"),
    path("support/rechecks/<uuid:round_id>/call/<uuid:recheck_id>/", rechecks.answer, name="answer"),
    path("support/stands/", stands.stand_list, name="stands"),
    path("support/stands/new/", stands.new_stand, name="new-stand"),
    path("support/stands/<uuid:stand_id>/", stands.stand_page, name="stand"),
    path("support/stands/<uuid:stand_id>/sheet/", stands.stand_sheet, name="stand-sheet"),
    path("support/stands/<uuid:stand_id>/change/", stands.change_stand, name="change-stand"),
    path("support/stands/<uuid:stand_id>/close/", stands.close_stand, name="close-stand"),
    path("support/stands/<uuid:stand_id>/turns/<uuid:turn_id>/finish/", stands.finish_turn, name="finish-turn"),
    path("support/stands/<uuid:stand_id>/turns/<uuid:turn_id>/drop/", stands.drop_turn, name="drop-turn"),
    path("support/stands/<uuid:stand_id>/turns/<uuid:turn_id>/undo/", stands.undo_turn, name="undo-turn"),
    path("support/stands/<uuid:stand_id>/turns/<uuid:turn_id>/receipt/", stands.turn_receipt, name="turn-receipt"),
    path("support/receipts/<uuid:receipt_id>/", office.receipt_sheet, name="receipt-sheet"),
    path("support/disputes/<uuid:dispute_id>/", office.dispute, name="dispute"),
    path("support/confirmations/<uuid:confirmation_id>/looked/", office.look_at, name="look-at"),
    path("support/remarks/<uuid:remark_id>/settle/", office.resolve_remark, name="settle-remark"),
    path("b/<slug:link>/", stand_entry.stand_entry, name="stand-entry"),
    path("b/<slug:link>/<uuid:key>/", stand_entry.stand_number, name="stand-number"),
    path("api/v1/stands/<uuid:stand_id>", api.get_stand, name="phone-stand"),
    path("api/v1/stands/<uuid:stand_id>/turns/<uuid:turn_id>/finish", api.finish_turn, name="phone-finish-turn"),
    path("api/v1/stands/<uuid:stand_id>/turns/<uuid:turn_id>/drop", api.drop_turn, name="phone-drop-turn"),
    path("api/v1/stands/<uuid:stand_id>/turns/<uuid:turn_id>/undo", api.undo_turn, name="phone-undo-turn"),
    path("r/", receipts.by_code, name="code"),
    path("r/<slug:link>/", receipts.receipt, name="receipt"),
    path("r/<slug:link>/confirm/", receipts.confirm, name="confirm"),
    path("r/<slug:link>/wrong/", receipts.report_wrong_parts, name="wrong"),
    path("r/<slug:link>/dispute/", receipts.dispute, name="dispute-receipt"),
    path("r/<slug:link>/answer/", receipts.answer_notice, name="answer-notice"),
    path("r/<slug:link>/mine/", receipts.data_rights, name="mine"),
]
