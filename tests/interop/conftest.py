"""Servers that run while the tests do, and names of recipients that no other test uses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.interop.aiosmtpd import Aiosmtpd, aiosmtpd
from tests.interop.postfix import Postfix, postfix
from tests.interop.received import Server
from tests.support.certificates import authority_file

_numbers = count(1)


@pytest.fixture(scope="session")
def postfix_server() -> Iterator[Postfix]:
    # Not pytest's own folder, which other users may not enter.
    with TemporaryDirectory(prefix="tclsmtp-postfix-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with postfix(folder) as server:
            yield server


@pytest.fixture(scope="session")
def aiosmtpd_server() -> Iterator[Aiosmtpd]:
    with aiosmtpd() as server:
        yield server


@pytest.fixture(params=["postfix_server", "aiosmtpd_server"], ids=["postfix", "aiosmtpd"])
def server(request: pytest.FixtureRequest) -> Server:
    """A test that takes this runs against both."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def recipient() -> str:
    """The name of somebody in the DOMAIN."""
    return f"recipient{next(_numbers)}"


@pytest.fixture
def cafile(tmp_path: Path) -> str:
    """A file with the authority that signed the servers' certificates."""
    return authority_file(tmp_path)
