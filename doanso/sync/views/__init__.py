"""Pages about phones and what they sent."""
