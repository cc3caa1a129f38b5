"""Pages of the tests alone, in the product's own frame: a list to choose rows from, and a form that takes its time."""

import threading

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

LIST = """{% extends "base_work.html" %}
{% block title %}Danh sách{% endblock title %}
{% block heading %}Danh sách{% endblock heading %}
{% block content %}
<form method="post" action="/slow" data-bulk>
  {% csrf_token %}
  {% include "parts/bulk.html" %}
  <label><input type="checkbox" data-bulk-all> Cả trang</label>
  {% for name in names %}
  <label><input type="checkbox" name="row" value="{{ name }}" data-bulk-item> {{ name }}</label>
  {% endfor %}
</form>
<div id="answer"></div>
<button type="button" hx-get="/missing" hx-target="#answer">Tải</button>
{% endblock content %}
"""

sent: list[str] = []


def show_list(request: HttpRequest) -> HttpResponse:
    actions = [{"name": "operation", "value": "ok", "label": "Duyệt", "main": True}]
    context = {"names": ["Trâm", "Phúc", "Duyên"], "things": "hồ sơ", "actions": actions}
    return HttpResponse(engines["django"].from_string(LIST).render(context, request))


def slow(request: HttpRequest) -> HttpResponse:
    sent.append(",".join(request.POST.getlist("row")))
    # Long enough for a second press to arrive while this one is being answered.
    threading.Event().wait(0.6)
    return show_list(request)


urlpatterns = [path("list", show_list), path("slow", slow), path("", include("doanso.urls"))]
