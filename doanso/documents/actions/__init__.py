"""Actions of documents."""
