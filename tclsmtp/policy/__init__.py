"""The policy: what the operator decides in place of the script."""

from __future__ import annotations

from tclsmtp.policy.route import AS_THE_SCRIPT_SAYS, Policy, Route

__all__ = ["AS_THE_SCRIPT_SAYS", "Policy", "Route"]
