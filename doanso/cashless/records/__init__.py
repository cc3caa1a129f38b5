"""Records of phones that this app applies."""
