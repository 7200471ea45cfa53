"""Addresses outside ASCII, in commands and in headers."""

from __future__ import annotations

import subprocess
import sys
from email import message_from_string, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.mime.headers import Headers, header_line
from tclsmtp.smtp.international import (
    PLACEHOLDER,
    HeaderAddresses,
    ascii_domain,
    characters,
    in_command,
    needs_utf8,
)
from tests.support.sink import Sink


@pytest.mark.parametrize(
    ("domain", "labels"),
    [
        ("example.org", "example.org"),
        ("[127.0.0.1]", "[127.0.0.1]"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("B\u00dcCHER.Example", "xn--bcher-kva.Example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("fa\u00df.example", "xn--fa-hia.example"),
        ("\u03b2\u03cc\u03bb\u03bf\u03c2.example", "xn--nxasmm1c.example"),
        ("a_b.\u65e5\u672c\u8a9e.example", "a_b.xn--wgv71a119e.example"),
        ("\u65e5\u672c\u3002\u8a9e", "xn--wgv71a.xn--i42a"),
    ],
)
def test_a_domain_goes_out_in_a_labels(domain: str, labels: str) -> None:
    assert ascii_domain(domain) == labels


@pytest.mark.parametrize("domain", ["\u00fc-", "-\u00fc", "\u00ad", "\u00fc" * 64, "\u2603.example", "\u05d0a"])
def test_a_domain_that_idna_2008_does_not_know_is_none(domain: str) -> None:
    with pytest.raises(UnicodeError):
        ascii_domain(domain)


@pytest.mark.parametrize(
    ("address", "octets", "needs"),
    [
        ("a@example.org", b"a@example.org", False),
        ("a@b\u00fccher.example", b"a@xn--bcher-kva.example", False),
        ("j\u00f6rg@example.org", b"j\xc3\xb6rg@example.org", True),
        ("\u7528\u6237@\u4f8b\u5b50.example", b"\xe7\x94\xa8\xe6\x88\xb7@xn--fsqu00a.example", True),
        ('"j\u00f6 @ rg"@example.org', b'"j\xc3\xb6 @ rg"@example.org', True),
    ],
)
def test_a_command_carries_a_labels_and_utf8(address: str, octets: bytes, needs: bool) -> None:
    assert in_command(address).encode("latin-1") == octets
    assert needs_utf8(address) == needs


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("j\u00c3\u00b6rg", "j\u00f6rg"),
        ("j\u00f6rg", "j\u00f6rg"),
        ("\u010d\u00c3\u00b6", "\u010d\u00c3\u00b6"),
        ("a", "a"),
    ],
)
def test_octets_of_utf8_stand_for_characters(given: str, meant: str) -> None:
    assert characters(given) == meant
    assert in_command(f"{given}@x") == in_command(f"{meant}@x")


ADDRESS = "j\u00f6rg@b\u00fccher.example"
STAND_IN = f'"{ADDRESS}" <{PLACEHOLDER}>'


@pytest.mark.parametrize(
    ("value", "for_any_server", "in_utf8"),
    [
        ("a@b\u00fccher.example", "a@xn--bcher-kva.example", None),
        ("B\u00fc <a@x>, b@y", "B\u00fc <a@x>, b@y", None),
        ("B <a@b\u00fccher.example> (c)", "B <a@xn--bcher-kva.example> (c)", None),
        (ADDRESS, STAND_IN, ADDRESS),
        (f"B <{ADDRESS}>, b@y", f"B {STAND_IN}, b@y", f"B <{ADDRESS}>, b@y"),
        (f"G: {ADDRESS}, a@x;", f"G: {STAND_IN}, a@x;", f"G: {ADDRESS}, a@x;"),
        (f"<@x,@y:{ADDRESS}>", f"<@x,@y:{PLACEHOLDER}>", f"<@x,@y:{ADDRESS}>"),
        ("j\u00f6 . rg @ (c) x . y (d)", f'"j\u00f6.rg@x.y" <{PLACEHOLDER}> (d)', "j\u00f6.rg@x.y (d)"),
        ('"j(\u00f6"@x', f'"j(\u00f6@x" <{PLACEHOLDER}>', '"j(\u00f6"@x'),
        ("a@\u00fc-.example", "a@\u00fc-.example", None),
        ("j\u00f6rg", "j\u00f6rg", None),
        ("a@b@\u00fc", "a@b@\u00fc", None),
        ("<j\u00f6@x", f"<{PLACEHOLDER}", "<j\u00f6@x"),
        ("@", "@", None),
    ],
)
@pytest.mark.parametrize("name", ["To", "resent-from"])
def test_addresses_in_a_header(name: str, value: str, for_any_server: str, in_utf8: str | None) -> None:
    found = HeaderAddresses(Headers([("Subject", "j\u00f6@x"), (name, "a@x"), (name, value)]))
    assert found.headers.get_all(name) == ["a@x", for_any_server]
    assert found.headers.get_all("Subject") == ["j\u00f6@x"]
    lines = [] if in_utf8 is None else [(wire(header_line(name, for_any_server)), wire(f"{name}: {in_utf8}"))]
    assert found.utf8_lines == lines


def wire(line: str) -> bytes:
    return line.replace("\n", "\r\n").encode() + b"\r\n"


def test_the_rest_of_a_line_in_utf8_is_in_encoded_words() -> None:
    [(_, line)] = HeaderAddresses(Headers([("To", f"J\u00f6rg <{ADDRESS}>")])).utf8_lines
    assert line == wire(f"To: =?utf-8?Q?J=C3=B6rg?= <{ADDRESS}>")


def test_octets_of_utf8_in_a_header_stand_for_characters() -> None:
    octets = ADDRESS.encode().decode("latin-1")
    assert HeaderAddresses(Headers([("To", octets)])).headers.get_all("To") == [STAND_IN]


def test_a_header_whose_addresses_are_ascii_stays_as_it_is() -> None:
    octets = "\u00c3\u00b6 <a@x>".encode().decode("latin-1")
    assert HeaderAddresses(Headers([("To", octets)])).headers.get_all("To") == [octets]


def test_a_long_list_in_utf8_is_folded() -> None:
    [(_, line)] = HeaderAddresses(Headers([("To", ", ".join([ADDRESS] * 100))])).utf8_lines
    assert line.replace(b"\r\n ", b" ") == wire(f"To: {', '.join([ADDRESS] * 100)}")
    assert max(map(len, line.split(b"\r\n"))) <= 998


ADDRESSES = st.lists(st.text('a\u00f6\u4e2d@.,<>():;"\\ \r\n\0\x1a'), max_size=9).map(",".join)


@given(ADDRESSES)
def test_whatever_a_header_says_nothing_is_raw_and_nothing_breaks_out(value: str) -> None:
    found = HeaderAddresses(Headers([("To", value)]))
    [for_any_server] = found.headers.get_all("To")
    for line in [wire(header_line("To", for_any_server)), *(line for _, line in found.utf8_lines)]:
        first, *more = line.removesuffix(b"\r\n").split(b"\r\n")
        assert first.startswith(b"To: ")
        assert all(rest[:1] in (b" ", b"\t") for rest in more)
        assert not {b"\r", b"\n", b"\0"} & {bytes([octet]) for text in (first, *more) for octet in text}
    assert header_line("To", for_any_server).isascii()


@given(st.text("ab\u00f6\u4e2d", min_size=1), st.sampled_from(["x", "b\u00fccher.example"]))
def test_another_reader_finds_the_addresses(local: str, domain: str) -> None:
    found = HeaderAddresses(Headers([("To", f"N\u00e4me <{local}@{domain}>, b@x")]))
    lines = [line for _, line in found.utf8_lines] or [wire(header_line("To", *found.headers.get_all("To")))]
    to = message_from_string(lines[0].decode(), policy=policy.SMTPUTF8)["To"]
    assert to.addresses[0].display_name == "N\u00e4me"
    assert to.addresses[0].addr_spec == f"{local}@{ascii_domain(domain) if local.isascii() else domain}"
    assert to.addresses[1].addr_spec == "b@x"


def test_sending_to_addresses_in_ascii_imports_nothing_for_others() -> None:
    with Sink() as sink:
        script = (
            "import sys, tclsmtp\n"
            f"tclsmtp.sendmessage(tclsmtp.Part.create('text/plain', data='x'), servers='127.0.0.1', ports={sink.port},"
            " originator='a@x', recipients='b@x')\n"
            "print(*sys.modules.keys() & {'idna', 'tclsmtp.smtp.international', 'encodings.idna', 'ssl'})"
        )
        found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
