"""A page for tests of the editor in the product's frame; it shows what its form sent."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from doanso.documents.body.editing import BLANK, appendices_value, editor_value
from doanso.documents.body.schema import Appendix, DocumentBody, from_posted, parse_appendices
from doanso.documents.tests.form.contents import WHOLE

PAGE = """{% extends "base_work.html" %}{% load static %}
{% block title %}Soạn{% endblock title %}
{% block heading %}Soạn văn bản{% endblock heading %}
{% block styles %}{{ block.super }}<link rel="stylesheet" href="{% static 'documents/editor.css' %}">{% endblock styles %}
{% block scripts %}
<script type="module" src="{% static 'documents/writing.js' %}"></script>
{% endblock scripts %}
{% block content %}
<form method="post">
  {% csrf_token %}
  {% include "documents/_editor.html" with name="body" id="id_body" label="Nội dung" %}
  {% include "documents/_appendices.html" with value=appendices %}
  <button>Lưu</button>
</form>
{% endblock content %}
"""

sent: list[DocumentBody] = []
sent_appendices: list[tuple[Appendix, ...]] = []


def _page(request: HttpRequest, body: DocumentBody, appendices: tuple[Appendix, ...] = ()) -> HttpResponse:
    if request.method == "POST":
        body = from_posted(request.POST["body"], before=body)
        sent.append(body)
        appendices = parse_appendices(request.POST["appendices"])
        sent_appendices.append(appendices)
    frame = {"nav": [], "shell": {"unit": "Phường 4", "user": "Lê Minh", "role": "Bí thư"}}
    shown = {"value": editor_value(body), "blank": BLANK, "appendices": appendices_value(appendices)}
    return HttpResponse(engines["django"].from_string(PAGE).render(frame | shown, request))


def empty(request: HttpRequest) -> HttpResponse:
    """Show the editor with an empty body."""
    return _page(request, DocumentBody())


def full_body(request: HttpRequest) -> HttpResponse:
    """Show the editor with a body that has every kind of node."""
    return _page(request, WHOLE.body, WHOLE.appendices)


urlpatterns = [path("empty", empty), path("whole", full_body), path("", include("doanso.accounts.urls"))]
