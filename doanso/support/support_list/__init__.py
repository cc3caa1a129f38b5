"""The list of people helped, as units keep it in Excel: its columns, how a row is read, and how rows meet the register."""

from doanso.support.support_list.kind import SupportsList

__all__ = ["SupportsList"]
