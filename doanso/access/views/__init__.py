"""Views of access."""
