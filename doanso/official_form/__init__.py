"""The official form that documents and reports share: head, signature, page edges, fonts and wording, for print and for Word."""
