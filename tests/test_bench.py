"""The benches still work. What they measure is no matter for a test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from compat.bench.benches import BENCHES, Effort

RUN = Path(__file__).parents[1] / "compat" / "bench" / "run.py"


@pytest.mark.parametrize("name", [bench.__name__ for bench in BENCHES])
def test_bench_prints_its_table(name: str) -> None:
    run = subprocess.run(
        [sys.executable, RUN, "--quick", name], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    [bench] = [make(Effort()) for make in BENCHES if make.__name__ == name]
    assert bench.title in run.stdout
    assert f"\n  {bench.ours.name} " in run.stdout
