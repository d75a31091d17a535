"""Procedures: the guide to them, asking once, applications from first word to decision."""
