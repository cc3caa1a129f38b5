"""Actions on the unit tree, and on lists of units while they are mended."""

from doanso.organisation.actions.changes import (
    carry_out,
    create_unit,
    create_units,
    end_unit,
    merge_units,
    move_unit,
    rename_unit,
    reorganise,
    split_unit,
    undo,
)
from doanso.organisation.actions.unit_lists import (
    add_row,
    apply_list,
    discard_list,
    fix_rows,
    leave_out,
    map_columns,
    replace_parent,
    start_list,
)

__all__ = [
    "add_row",
    "apply_list",
    "carry_out",
    "create_unit",
    "create_units",
    "discard_list",
    "end_unit",
    "fix_rows",
    "leave_out",
    "map_columns",
    "merge_units",
    "move_unit",
    "rename_unit",
    "reorganise",
    "replace_parent",
    "split_unit",
    "start_list",
    "undo",
]
