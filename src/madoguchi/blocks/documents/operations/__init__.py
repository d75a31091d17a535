"""Making, signing, issuing and keeping documents."""
