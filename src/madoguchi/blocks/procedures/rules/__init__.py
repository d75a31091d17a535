"""Rules of procedures and applications: plain values, no framework, no clock."""
