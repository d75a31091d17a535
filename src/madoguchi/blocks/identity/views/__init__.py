"""Pages of the staff side for people, departments, the city's profile and the audit log."""
