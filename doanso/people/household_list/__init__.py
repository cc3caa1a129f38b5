"""The list of homes and shops by street and house number, as units keep it in Excel."""

from doanso.people.household_list.kind import HouseholdsList

__all__ = ["HouseholdsList"]
