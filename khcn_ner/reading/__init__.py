"""Reading: files of offices in, Documents out."""
