"""Actions from door to door, one module per subject: teams, cards, drives, doors and visits."""
