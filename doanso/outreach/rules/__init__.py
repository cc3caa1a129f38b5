"""Rules from door to door, on plain values: one module per subject."""
