"""The body of a document: a small strict schema shared by the editor, print, Word and search."""
