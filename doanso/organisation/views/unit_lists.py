"""Units from Excel: choose a workbook, map columns, mend rows, import; the template, and the tree as a workbook."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.kinds import Kind
from doanso.files.responses import hand_out_made
from doanso.lib import formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.spreadsheet import Column, table_file
from doanso.organisation import actions, policy, queries, rules, unit_sheets
from doanso.organisation.forms.unit_lists import ColumnsForm, UnitListForm
from doanso.organisation.models import UnitList
from doanso.organisation.queries import unit_lists
from doanso.organisation.rules import list_summaries
from doanso.organisation.rules.unit_rows import FIELDS, JudgedList, JudgedRow, UnitRowVerdict

_PAGE = 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthenticatedRequest) -> HttpResponse:
    """Choose a workbook and read it as a list of units."""
    access.anywhere_or_404(request.user, policy.CHANGE)
    tree = queries.units_to_extend(request.user)
    initial = {"unit": request.GET.get("parent") or next((unit.code for unit in tree), "")}
    if request.method == "POST":
        form = UnitListForm(request.POST, request.FILES, tree=tree)
    else:
        form = UnitListForm(tree=tree, initial=initial)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["file"]
        try:
            started = actions.start_list(
                actor=request.user, unit=form.cleaned_data["unit"], source=chosen, name=chosen.name or ""
            )
        except Refused as refused:
            form.add_error("unit" if refused.problem.field == "unit" else "file", refused.problem.message)
        else:
            return redirect("organisation:unit_list", started.pk)
    context = {"form": form, "open_lists": unit_lists.open_lists(request.user), "headings": unit_sheets.HEADINGS}
    return render(request, "organisation/import.html", context, status=422 if form.errors else 200)


def _list_or_404(request: AuthenticatedRequest, list_id: UUID) -> UnitList:
    unit_list = unit_lists.importable_list(request.user, list_id)
    if unit_list is None:
        raise Http404
    return unit_list


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_list(request: AuthenticatedRequest, list_id: UUID) -> HttpResponse:
    """Show what each row would become, mend rows, and import the good ones."""
    shown = _list_or_404(request, list_id)
    if shown.finished_at is not None:
        return _finished(shown)
    if request.method == "POST":
        try:
            answer = _act(request, shown)
        except Refused as refused:
            messages.error(request, refused.problem.message)
            answer = redirect("organisation:unit_list", shown.pk)
        return answer
    return render(request, "organisation/unit_list.html", _page(request, shown))


def _finished(shown: UnitList) -> HttpResponse:
    if shown.change_id is not None:
        return redirect("organisation:change", shown.change_id)
    return redirect("organisation:import_units")


def _act(request: AuthenticatedRequest, shown: UnitList) -> HttpResponse:
    """Carry out the pressed button; values typed into rows are kept with whichever it is."""
    data, actor = request.POST, request.user
    here = redirect(f"{reverse('organisation:unit_list', args=[shown.pk])}{_query(data)}")
    if "map" in data:
        form = ColumnsForm(data, headings=_headings(shown))
        if not form.is_valid():
            messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
            return here
        actions.map_columns(actor=actor, unit_list=shown, columns=form.columns(), since=form.cleaned_data["day"])
        return here
    fixes = _fixes(data)
    if fixes:
        actions.fix_rows(actor=actor, unit_list=shown, fixes=fixes)
    if "discard" in data:
        actions.discard_list(actor=actor, unit_list=shown)
        messages.success(request, _("The list was discarded; no unit was created."))
        return redirect("organisation:import_units")
    if "alike" in data or "top" in data:
        written, is_top = (data["top"], True) if "top" in data else (data["alike"], False)
        count = actions.replace_parent(actor=actor, unit_list=shown, written=written, is_top=is_top)
        messages.success(request, _("%(count)s rows were mended.") % {"count": formats.number(count)})
    elif "add" in data:
        actions.add_row(actor=actor, unit_list=shown, name=data["add"].replace("\0", ""))
        messages.success(request, _("“%(name)s” was added to the list.") % {"name": data["add"]})
    elif "out" in data or "in" in data:
        number = data.get("out") or data.get("in") or ""
        numbers = [int(number)] if number.isascii() and number.isdigit() and len(number) < 8 else []
        actions.leave_out(actor=actor, unit_list=shown, numbers=numbers, is_out="out" in data)
    elif "apply" in data:
        expected = data.get("expected", "")
        change = actions.apply_list(
            actor=actor, unit_list=shown, expected=int(expected) if re.fullmatch("[0-9]{1,7}", expected) else -1
        )
        messages.success(
            request, _("%(count)s units are there now.") % {"count": formats.number(len(change.said["units"]))}
        )
        left = _list_or_404(request, shown.pk)
        if left.finished_at is not None:
            return redirect("organisation:change", change.pk)
        messages.warning(
            request, _("The rows to mend are kept here. Mend them and import them, or choose another file.")
        )
    return here


def _query(data: QueryDict) -> str:
    return f"?show={data['show']}" if data.get("show") == "file" else ""


def _fixes(data: QueryDict) -> dict[int, dict[str, str]]:
    """Return the values typed into rows: fields named `row-<number>-<field>`."""
    fixes: dict[int, dict[str, str]] = {}
    for key, value in data.items():
        head, _dash, rest = key.partition("-")
        number, _dash, name = rest.partition("-")
        if head == "row" and number.isascii() and number.isdigit() and len(number) < 8 and name in FIELDS:
            # No database stores U+0000.
            fixes.setdefault(int(number), {})[name] = str(value).replace("\0", "")
    return fixes


def _headings(shown: UnitList) -> list[tuple[int, str, str]]:
    return [(place, letter, heading) for place, letter, heading in shown.headings]


def _page(request: AuthenticatedRequest, shown: UnitList) -> dict[str, Any]:
    known = unit_lists.known_units(shown.unit)
    judged = unit_lists.judged_list(shown, known)
    in_file = request.GET.get("show") == "file"
    rows = judged.rows if in_file else sorted(judged.rows, key=_urgency)
    number = page_number(request)
    first = (number - 1) * _PAGE
    initial = {name: str(place) for name, place in shown.columns.items()} | {"day": shown.since}
    return {
        "list": shown,
        "top": known[0].name,
        "columns": ColumnsForm(headings=_headings(shown), initial=initial),
        "more_columns": [name for name in ("code", "short_name", "since", "neighbourhoods") if name in shown.columns],
        "is_mapped": "name" in shown.columns,
        "judged": judged,
        "rows": rows[first : first + _PAGE],
        "pages": pages(request, number, more=len(rows) > first + _PAGE, summary=""),
        "counts": _counts(judged),
        "in_file": in_file,
        "kinds": [(kind.value, kind.label) for kind in rules.kinds_below(known[0].kind)],
        "alike": list_summaries.alike_faults(judged)[:6],
        "tree": list_summaries.tree_after(judged, known),
    }


def _urgency(row: JudgedRow) -> int:
    return {UnitRowVerdict.FAULT: 0, UnitRowVerdict.WAITING: 1}.get(row.verdict, 2)


def _counts(judged: JudgedList) -> dict[str, int]:
    counts = {verdict.name.lower(): judged.count(verdict) for verdict in UnitRowVerdict}
    return counts | {"all": len(judged.rows)}


def _columns() -> list[Column]:
    return [Column(unit_sheets.HEADINGS[name][0], unit_sheets.WIDTHS[name]) for name in FIELDS]


@login_required
@require_safe
def faults(request: AuthenticatedRequest, list_id: UUID) -> HttpResponseBase:
    """Export the rows that must be mended, each with the reason, as a list that can be imported again."""
    shown = _list_or_404(request, list_id)
    if shown.finished_at is not None:
        raise Http404
    judged = unit_lists.judged_list(shown, unit_lists.known_units(shown.unit))
    columns = [*_columns(), Column(_("To mend"), 48)]
    target = table_file(columns=columns, rows=list_summaries.faulty_rows(judged), sheet_name=_("Units"))
    return hand_out_made(target, name="don-vi-can-sua.xlsx", media=Kind.XLSX.media)


@login_required
@require_safe
def template(request: AuthenticatedRequest) -> HttpResponseBase:
    """Export an empty workbook with the headings of a list of units."""
    access.anywhere_or_404(request.user, policy.CHANGE)
    target = table_file(columns=_columns(), rows=[], sheet_name=_("Units"))
    return hand_out_made(target, name="mau-don-vi.xlsx", media=Kind.XLSX.media)


@login_required
@require_safe
def export(request: AuthenticatedRequest) -> HttpResponseBase:
    """Export the tree as a workbook from which it can be imported again."""
    access.anywhere_or_404(request.user, policy.PREVIEW)
    tree = queries.units_to_change(request.user)
    target = table_file(columns=_columns(), rows=unit_lists.sheet_rows(tree), sheet_name=_("Units"))
    return hand_out_made(target, name="cay-don-vi.xlsx", media=Kind.XLSX.media)
