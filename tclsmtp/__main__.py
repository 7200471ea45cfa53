"""`python -m tclsmtp`: the command tclsmtp."""

from __future__ import annotations

import sys

from tclsmtp.cli import main

sys.exit(main())
