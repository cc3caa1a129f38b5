"""Excel workbooks: safe reading of untrusted ones, writing of our own lists."""

from doanso.lib.spreadsheet.reading import (
    Cell,
    Limits,
    OpenSheet,
    Row,
    Sheet,
    SheetHead,
    Workbook,
    iter_rows,
    open_workbook,
    read_workbook,
)
from doanso.lib.spreadsheet.writing import Column, csv_lines, safe_csv_rows, table_file, write_table

__all__ = [
    "Cell",
    "Column",
    "Limits",
    "OpenSheet",
    "Row",
    "Sheet",
    "SheetHead",
    "Workbook",
    "csv_lines",
    "iter_rows",
    "open_workbook",
    "read_workbook",
    "safe_csv_rows",
    "table_file",
    "write_table",
]
