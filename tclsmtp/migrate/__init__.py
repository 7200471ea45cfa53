"""Migration testing: run a script under tcllib and under tclsmtp, and tell what differs."""
