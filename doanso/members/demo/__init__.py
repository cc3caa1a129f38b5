"""Demo data of members: invented people, their units' lists, and what happens to them in a year."""
