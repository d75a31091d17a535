"""Verifying documents, and the staff pages of what was issued."""
