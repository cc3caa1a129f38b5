"""The members' list as an Excel file: its columns, how a row is read, and how rows are matched with the register."""

from doanso.members.register_list.kind import MembersList

__all__ = ["MembersList"]
