"""What staff send to the one-stop window."""
