from __future__ import annotations

from dataclasses import replace

import pytest

from tclsmtp.smtp.options import Refusal, TlsSettings
from tclsmtp.spool.entry import Call, Entry
from tests.spool.spooling import entry, plan


def test_an_entry_is_the_same_after_it_was_written_down() -> None:
    given = replace(
        entry(),
        utf8_lines=((b"To: x\xc3\xbc", b"To: \xff"),),
        refused=(Refusal("b@example.com", 550, "never"),),
        recipients=("j\u00f6rg@example.com",),
        call=Call.of(plan(servers=("one", "two"), ports=("smtp", 26), tls=lambda: TlsSettings(cafile="/ca.pem"))),
    )
    assert Entry.from_json(given.to_json()) == given


@pytest.mark.parametrize("text", ["", "1", "{}", '{"version": 2}', '{"version": 1}', '{"version": 1, "call": 7}'])
def test_what_is_no_entry_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"no entry of a queue|Expecting value"):
        Entry.from_json(text)


def test_no_password_and_no_user_name_is_in_it() -> None:
    made = replace(entry(), call=Call.of(plan(username="somebody", password="sesame")))
    assert "sesame" not in made.to_json()
    assert "somebody" not in made.to_json()


def test_another_attempt_says_what_the_first_one_said() -> None:
    given = plan(servers=("one",), ports=(2525,), client="me.example", max_seconds=7, queue=True, tls_import=True)
    again = Call.of(given).plan("me@example.com", ("b@example.com",))
    assert (again.envelope.originator, again.envelope.recipients) == ("me@example.com", ("b@example.com",))
    assert (again.seconds, again.host, again.options.ports) == (7, "client.example", (2525,))
    assert (again.options.client, again.options.queue, again.options.tls_import) == ("me.example", True, True)


def test_files_of_certificates_are_found_from_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert Call.of(plan(tls=lambda: TlsSettings(cafile="etc/ca.pem"))).tls == TlsSettings(cafile="/etc/ca.pem")


def test_a_tlspolicy_that_cannot_be_asked_says_no() -> None:
    again = Call.of(plan(tls_policy=lambda code, text: "insecure")).plan("a@b", ("c@d",))
    assert again.options.tls_policy
    assert again.options.tls_policy(454, "no") == "secure"
    assert Call.of(plan()).plan("a@b", ("c@d",)).options.tls_policy is None
