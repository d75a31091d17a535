"""The front door of procedures: what services may use."""
