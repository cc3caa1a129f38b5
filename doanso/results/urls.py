from django.urls import URLPattern, URLResolver, path

from doanso.results import views

app_name = "results"
urlpatterns: list[URLPattern | URLResolver] = [
    path("results/", views.result_list, name="list"),
    path("results/new/", views.new, name="new"),
    path("results/attest/", views.attest_many, name="attest-many"),
    path("results/<uuid:result_id>/", views.result, name="result"),
    path("results/<uuid:result_id>/correct/", views.correct, name="correct"),
    path("results/<uuid:result_id>/attest/", views.attest, name="attest"),
    path("results/<uuid:result_id>/return/", views.send_back, name="return"),
    path("results/<uuid:result_id>/withdraw/", views.withdraw, name="withdraw"),
    path("results/<uuid:result_id>/files/<uuid:file_id>/", views.download, name="file"),
    path("results/<uuid:result_id>/files/<uuid:file_id>/erase/", views.erase_file, name="erase-file"),
]
