"""A test authority whose certificates have no legal force, as every subject says; for development, demo and tests."""
