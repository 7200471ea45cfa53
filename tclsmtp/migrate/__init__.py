"""Migration testing: the same script under tcllib and under tclsmtp, and what differs."""
