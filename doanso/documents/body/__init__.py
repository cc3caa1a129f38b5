"""What a document says below its head: a small strict schema, shared by the editor, print, Word and search."""
