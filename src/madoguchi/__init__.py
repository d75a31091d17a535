"""Madoguchi: one window for a city's services, and the reform plan that promised them."""
