"""Options as scripts write them."""

from __future__ import annotations

import pytest

from tclsmtp.errors import OptionError
from tclsmtp.smtp.options import check_header_name, parse_seconds


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("120", 120), (" 5 ", 5), ("2.5", 2.5), ("0x10", 16), ("1e3", 1000), (30, 30), (0.25, 0.25)],
)
def test_seconds_are_a_number(given: str | float, seconds: float) -> None:
    assert parse_seconds(given) == seconds


@pytest.mark.parametrize("given", ["0", "-3", "-0.5", 0, "inf"])
def test_no_seconds_wait_for_ever(given: str | float) -> None:
    assert parse_seconds(given) is None


@pytest.mark.parametrize("given", ["", "soon", "5 s", "nan"])
def test_a_word_is_no_number_of_seconds(given: str) -> None:
    with pytest.raises(OptionError, match="-maxsecs expects a number of seconds"):
        parse_seconds(given)


@pytest.mark.parametrize("name", ["Content-Type", "content-md5", "MIME-Version", "CONTENT-TRANSFER-ENCODING"])
def test_headers_of_the_message_itself_cannot_be_set(name: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_header_name(name)
    assert caught.value.message == (
        "Content-Type, Content-Transfer-Encoding, Content-MD5, and MIME-Version cannot be user-specified."
    )


@pytest.mark.parametrize("name", ["X-A: b\r\nBcc", "X\nY", "X\rY", "X\0"])
def test_a_header_name_is_one_line(name: str) -> None:
    with pytest.raises(OptionError, match="in header name"):
        check_header_name(name)
