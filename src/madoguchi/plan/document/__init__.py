"""The reform plan as a document: what is read from a file and written to one. Free of Django."""
