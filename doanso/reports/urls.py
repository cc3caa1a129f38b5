"""Routes of periods and reports."""

from django.urls import path

from doanso.reports.views import board, editor, layouts, periods, renderings, reports, unit_exports

app_name = "reports"

_PERIOD = "programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/"
_REPORT = "programmes/<slug:programme>/reports/<uuid:report_id>/"
_LAYOUTS = "programmes/<slug:programme>/layouts/"

urlpatterns = [
    # Months of units.
    path("periods/", board.start, name="periods"),
    path("programmes/<slug:programme>/periods/", board.board, name="board"),
    path("programmes/<slug:programme>/periods/<slug:month>/many/", board.act_on_selected, name="many"),
    path(_PERIOD, periods.period, name="period"),
    path(f"{_PERIOD}explain/", periods.explain, name="explain"),
    path(f"{_PERIOD}send/", periods.send, name="send"),
    path(f"{_PERIOD}accept/", periods.accept, name="accept"),
    path(f"{_PERIOD}return/", periods.give_back, name="return"),
    path(f"{_PERIOD}close/", periods.close, name="close"),
    path(f"{_PERIOD}estimates/", periods.estimates, name="estimates"),
    path(f"{_PERIOD}estimates/<slug:indicator>/", periods.estimate, name="estimate"),
    # Reports.
    path("reports/", reports.home, name="home"),
    path("programmes/<slug:programme>/reports/", reports.archive, name="archive"),
    path("programmes/<slug:programme>/reports/new/", reports.new, name="new"),
    path(_REPORT, editor.report, name="report"),
    path(f"{_REPORT}passages/", editor.write, name="write"),
    path(f"{_REPORT}form/", editor.set_form, name="set-form"),
    path(f"{_REPORT}freeze/", editor.freeze, name="freeze"),
    path(f"{_REPORT}document/", editor.make_document, name="document"),
    path(f"{_REPORT}discard/", editor.discard, name="discard"),
    path(f"{_REPORT}preview/", renderings.preview, name="preview"),
    path(f"{_REPORT}preview/<int:page>/", renderings.preview_page, name="preview-page"),
    path(f"{_REPORT}figures/<slug:indicator>/", reports.figure, name="figure"),
    path(f"{_REPORT}text/", renderings.text, name="text"),
    path(f"{_REPORT}files/", renderings.report_files, name="files"),
    path(f"{_REPORT}files/<uuid:rendering_id>/", renderings.report_file, name="file"),
    # A unit's whole data.
    path("units/<slug:code>/export/", unit_exports.unit_export, name="unit-export"),
    path("units/<slug:code>/export/<uuid:export_id>/", unit_exports.unit_export_file, name="unit-export-file"),
    # Superiors' Excel layouts.
    path(_LAYOUTS, layouts.layout_list, name="layouts"),
    path(f"{_LAYOUTS}example/", layouts.layout_example, name="layout-example"),
    path(f"{_LAYOUTS}<uuid:layout_id>/", layouts.layout, name="layout"),
    path(f"{_LAYOUTS}<uuid:layout_id>/file/", layouts.layout_file, name="layout-file"),
    path(f"{_LAYOUTS}<uuid:layout_id>/end/", layouts.end_layout, name="end-layout"),
]
