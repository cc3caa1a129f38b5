"""The Excel list of people helped: its columns, how a row is read, and how rows are matched with the register."""

from doanso.support.support_list.kind import SupportsList

__all__ = ["SupportsList"]
