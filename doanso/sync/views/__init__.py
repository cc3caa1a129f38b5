"""Pages about phones and the records they sent."""
