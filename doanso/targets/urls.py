from django.urls import URLPattern, URLResolver, path

from doanso.targets.views import cascade, drafts, lists, pages, previews, programmes, reminders

app_name = "targets"
_UNIT = "programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/"
_DRAFT = "programmes/drafts/<uuid:draft_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.new_programme, name="new_programme"),
    path("programmes/new/<slug:template>/", programmes.new_from_template, name="new_from_template"),
    path(_DRAFT, drafts.draft, name="draft"),
    path(f"{_DRAFT}head/", drafts.draft_head, name="draft_head"),
    path(f"{_DRAFT}indicators/new/", drafts.new_draft_indicator, name="new_draft_indicator"),
    path(f"{_DRAFT}indicators/<uuid:indicator_id>/", drafts.draft_indicator, name="draft_indicator"),
    path(f"{_DRAFT}preview/", previews.preview_draft, name="preview_draft"),
    path(f"{_DRAFT}publish/", drafts.publish_draft, name="publish_draft"),
    path(f"{_DRAFT}take-over/", drafts.take_over, name="take_over"),
    path(f"{_DRAFT}discard/", drafts.discard_draft, name="discard_draft"),
    path(f"{_DRAFT}file/", drafts.draft_file, name="draft_file"),
    path("programmes/<slug:programme>/copy/", programmes.copy_programme, name="copy_programme"),
    path("programmes/<slug:programme>/edit/", programmes.edit_programme, name="edit_programme"),
    path("programmes/<slug:programme>/new-families/", programmes.new_families, name="new_families"),
    path("programmes/<slug:programme>/file/", programmes.programme_file_download, name="programme_file"),
    path("programmes/<slug:programme>/revisions/", programmes.revisions, name="revisions"),
    path("programmes/<slug:programme>/cascade/", cascade.cascade, name="cascade"),
    path("units/<slug:code>/sizes/", lists.sizes, name="sizes"),
    path("programmes/<slug:programme>/indicators/", pages.indicators, name="indicators"),
    path("programmes/<slug:programme>/indicators/<slug:indicator>/", pages.indicator, name="indicator"),
    path(_UNIT, pages.indicator, name="indicator"),
    path(f"{_UNIT}allocate/", cascade.allocate, name="allocate"),
    path(f"{_UNIT}answer/", cascade.answer, name="answer"),
    path(f"{_UNIT}settle/<slug:child>/", cascade.decide_counter, name="settle"),
    path(f"{_UNIT}remind/", reminders.remind, name="remind"),
    path(f"{_UNIT}freeze/", lists.freeze, name="freeze"),
    path(f"{_UNIT}frozen/<uuid:kept>/", lists.frozen, name="frozen"),
]
