"""Who sends what to whom: tcllib's rules, seen on options alone."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tclsmtp.errors import AddressError, OptionError, SmtpError
from tclsmtp.smtp.envelope import Envelope, login_name, prepare, prepare_email
from tclsmtp.smtp.options import Options

HOST = "host.example"


def envelope(*headers: tuple[str, str], originator: str | None = None, recipients: str = "") -> Envelope:
    return prepare(Options(headers=headers, originator=originator, recipients=recipients, host=HOST)).envelope


def refusal(*headers: tuple[str, str], originator: str | None = None, recipients: str = "") -> str:
    """The error's message."""
    with pytest.raises((OptionError, SmtpError)) as caught:
        envelope(*headers, originator=originator, recipients=recipients)
    return caught.value.message


def test_the_headers_say_who_sends_to_whom() -> None:
    found = envelope(("From", "Me <f@x>"), ("To", "a@x, Bee <b@x>"), ("cc", "c@x"), ("Subject", "S"))
    assert (found.originator, found.recipients, found.blind) == ("f@x", ("a@x", "b@x", "c@x"), ())
    assert found.headers == (("From", "Me <f@x>"), ("To", "a@x, Bee <b@x>"), ("cc", "c@x"), ("Subject", "S"))


@pytest.mark.parametrize("author", ["me@x", "two@x, three@x", "no (address"])
def test_an_empty_originator_is_the_null_sender_whoever_wrote_it(author: str) -> None:
    found = envelope(("From", author), ("To", "a@x"), ("Bcc", "b@x"), originator="")
    assert (found.originator, found.author) == ("", "")
    assert found.headers == (("From", author), ("To", "a@x"))


def test_the_null_sender_adds_no_author() -> None:
    assert envelope(("To", "a@x"), originator="").headers == (("To", "a@x"),)


def test_recipients_come_from_every_to_cc_and_dcc_in_that_order() -> None:
    found = envelope(("From", "f@x"), ("dcc", "d@x"), ("Cc", "c@x"), ("To", "t@x"), ("TO", "u@x"), ("cc", "t@x"))
    assert found.recipients == ("t@x", "u@x", "c@x", "t@x", "d@x")


def test_headers_are_grouped_under_the_spelling_that_came_first() -> None:
    found = envelope(("from", "f@x"), ("to", "t@x"), ("cC", "c@x"), ("TO", "u@x"), ("cc", "d@x"))
    assert found.headers == (("from", "f@x"), ("to", "t@x"), ("to", "u@x"), ("cC", "c@x"), ("cC", "d@x"))


def test_blind_recipients_are_in_no_header() -> None:
    found = envelope(("From", "f@x"), ("To", "t@x"), ("Bcc", "b@x, c@x"), ("bcc", "d@x"), ("Dcc", "e@x"))
    assert (found.recipients, found.blind) == (("t@x", "e@x"), ("b@x", "c@x", "d@x"))
    assert found.headers == (("From", "f@x"), ("To", "t@x"))


def test_without_to_there_is_an_empty_bcc() -> None:
    found = envelope(("From", "f@x"), ("cc", "c@x"), recipients="r@x")
    assert found.headers == (("From", "f@x"), ("cc", "c@x"), ("Bcc", ""))


def test_given_recipients_win_over_the_headers_but_for_bcc() -> None:
    found = envelope(("From", "f@x"), ("To", "t@x"), ("Dcc", "d@x"), ("Bcc", "b@x"), recipients="r@x")
    assert (found.recipients, found.blind) == (("r@x",), ("b@x",))
    assert found.headers == (("From", "f@x"), ("To", "t@x"))


def test_a_given_originator_is_the_author_as_it_was_written() -> None:
    found = envelope(("To", "t@x"), originator="(c) Foo  <  o@x >")
    assert (found.originator, found.headers[-1]) == ("o@x", ("From", "(c) Foo  <  o@x >"))


@pytest.mark.parametrize(
    ("author", "sender"),
    [("Ff <f@x>", "f@x"), ("a@x, b@x", "a@x"), ("a@x, o@x", "a@x"), ("O@X", "O@X"), ("b, c d e", f"b@{HOST}")],
)
def test_the_first_author_beside_another_originator_is_the_sender(author: str, sender: str) -> None:
    found = envelope(("From", author), ("To", "t@x"), originator="o@x")
    assert (found.originator, found.headers[-1]) == ("o@x", ("Sender", sender))


def test_an_originator_that_is_the_author_needs_no_sender() -> None:
    assert envelope(("From", "F <f@x>"), ("To", "t@x"), originator="f@x").headers == (
        ("From", "F <f@x>"),
        ("To", "t@x"),
    )


def test_a_sender_given_stays_and_nobody_asks_who_the_author_is() -> None:
    headers = (("From", "no mailbox this"), ("To", "t@x"), ("Sender", "s@x"))
    assert envelope(*headers, originator="o@x").headers == headers


def test_without_author_and_originator_it_is_the_user() -> None:
    found = envelope(("To", "t@x"))
    assert found.originator == f"{login_name()}@{HOST}"
    assert found.headers == (("To", "t@x"), ("From", login_name()))


def test_an_address_without_domain_is_on_this_host() -> None:
    assert envelope(("From", "f"), ("To", "t, u@x")).recipients == (f"t@{HOST}", "u@x")


@pytest.mark.parametrize("name", ["Resent-To", "Resent-From", "resent-cc", "Resent-Subject"])
def test_a_resent_header_of_any_kind_makes_it_a_resent_message(name: str) -> None:
    assert envelope((name, "t@x"), originator="o@x", recipients="r@x").prefix == "Resent-"


def test_a_resent_message_goes_by_its_resent_headers() -> None:
    found = envelope(
        ("Resent-From", "f@x"),
        ("Resent-To", "t@x"),
        ("Resent-cc", "c@x"),
        ("Resent-Bcc", "b@x"),
        ("Resent-Dcc", "d@x"),
        ("From", "no mailbox this"),
        ("To", "other@x"),
        ("Bcc", "hidden@x"),
    )
    assert (found.originator, found.recipients, found.blind) == ("f@x", ("t@x", "c@x", "d@x"), ("b@x",))
    assert [name for name, _ in found.headers] == ["Resent-From", "Resent-To", "Resent-cc", "From", "To"]


def test_a_resent_message_gets_resent_headers() -> None:
    found = envelope(("From", "a@x"), ("Resent-From", "b@x"), originator="o@x", recipients="r@x")
    assert found.headers[2:] == (("Resent-Sender", "b@x"), ("Resent-Bcc", ""))


def test_the_digest_is_by_the_author_about_the_first_subject() -> None:
    found = envelope(("From", "Me <f@x>"), ("To", "t@x"), ("Bcc", "b@x"), ("SUBJECT", " S "), ("Subject", "T"))
    assert (found.author, found.subject) == ("Me <f@x>", " S ")


def test_a_group_without_members_has_no_recipient() -> None:
    assert envelope(("From", "f@x"), ("To", "undisclosed-recipients:;"), ("cc", "c@x")).recipients == ("c@x",)


def test_bcc_alone_is_enough_of_recipients() -> None:
    found = envelope(("From", "f@x"), ("To", ""), ("Bcc", "b@x"))
    assert (found.recipients, found.blind) == ((), ("b@x",))


@pytest.mark.parametrize(
    ("headers", "recipients"),
    [([], " "), ([], ","), ([("To", "")], ""), ([("To", "undisclosed-recipients:;")], ""), ([("Bcc", "x:;")], " ")],
)
def test_no_recipient_at_all_is_an_error(headers: list[tuple[str, str]], recipients: str) -> None:
    assert refusal(*headers, originator="o@x", recipients=recipients).startswith("no recipient")


NO_PHRASE = "found phrase instead of mailbox (p q rend-of-input)"


@pytest.mark.parametrize(
    ("headers", "originator", "recipients", "message"),
    [
        ([], "", "", 'need -header "To ..."'),
        ([("From", "f")], "", "", 'need -header "To ..."'),
        ([("cc", "c@x"), ("Bcc", "b@x"), ("Dcc", "d@x")], "o@x", "", 'need -header "To ..."'),
        ([("Resent-From", "f"), ("To", "t")], "", "", 'need -header "Resent-To ..."'),
        ([], "p q r", "", f"error in -originator: {NO_PHRASE}"),
        ([("From", "p q r")], "", "", f"error in From: {NO_PHRASE}"),
        ([("Resent-From", "p q r")], "", "", f"error in Resent-From: {NO_PHRASE}"),
        ([("From", "p q r"), ("To", "t")], "o", "", f"error in From: {NO_PHRASE}"),
        ([("From", "")], "", "", 'error in From: invalid address "$from"'),
        ([("From", ","), ("To", "t")], "o", "", 'error in From: invalid address "$from"'),
        ([], " ", " ", 'error in -originator: invalid address "$from"'),
        ([("From", "a@x"), ("From", "b@x")], "", "", "too many mailboxes in From: a@x,b@x"),
        ([("From", "a@x, p q r")], "", "", "too many mailboxes in From: a@x, p q r"),
        ([("From", "a@x, b@x"), ("Sender", "s@x"), ("To", "t")], "", "", "too many mailboxes in From: a@x, b@x"),
        ([], "x: a@x, b@x;", "", "too many mailboxes in -originator: x: a@x, b@x;"),
        ([], "o", "p q r", f"error in -recipients: {NO_PHRASE}"),
        ([("Bcc", "p q r"), ("To", "<<")], "o", "", f"error in Bcc: {NO_PHRASE}"),
        ([("Bcc", "p q r")], "o", "<<", f"error in Bcc: {NO_PHRASE}"),
        ([("To", "p q r")], "o", "", f"error in To: {NO_PHRASE}"),
        ([("To", "t"), ("cc", "p q r")], "o", "", f"error in To/cc: {NO_PHRASE}"),
        ([("TO", "t"), ("DCC", "p q r")], "o", "", f"error in To/Dcc: {NO_PHRASE}"),
        ([("To", "t"), ("cc", "c"), ("Dcc", "p q r")], "o", "", f"error in To/cc/Dcc: {NO_PHRASE}"),
        ([("Resent-To", "t"), ("Resent-Dcc", "p q r")], "o", "", f"error in Resent-To/Resent-Dcc: {NO_PHRASE}"),
    ],
)
def test_errors_are_tcllibs_and_come_in_its_order(
    headers: list[tuple[str, str]], originator: str, recipients: str, message: str
) -> None:
    assert refusal(*headers, originator=originator or None, recipients=recipients) == message


@pytest.mark.parametrize("bad", ["\r", "\n", "\0", "\u010d\n", "\ud800"])
@pytest.mark.parametrize("where", ["originator", "recipients", "Bcc"])
def test_an_address_that_would_break_its_command_is_an_error(where: str, bad: str) -> None:
    address = f'"a{bad}b"@x'
    given = {"originator": "o@x", "recipients": "r@x"} | ({where: address} if where != "Bcc" else {})
    headers = [("Bcc", address)] if where == "Bcc" else []
    with pytest.raises(AddressError) as caught:
        envelope(*headers, **given)
    assert caught.value.errorcode[:2] == ("SMTP", "ADDRESS")


@pytest.mark.parametrize("bad", ["\r\nRSET", "\0"])
def test_a_client_name_that_would_break_its_command_is_an_error(bad: str) -> None:
    with pytest.raises(OptionError, match="-client"):
        prepare(Options(originator="o@x", recipients="r@x", client=f"me{bad}"))


def test_a_number_of_seconds_is_looked_at_after_the_addresses() -> None:
    with pytest.raises(AddressError):
        prepare(Options(originator="p q r", max_seconds="soon"))
    with pytest.raises(OptionError, match="-maxsecs"):
        prepare(Options(originator="o@x", recipients="r@x", max_seconds="soon"))


def email(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def test_an_email_message_says_itself_who_sends_to_whom() -> None:
    message = email(From="F <f@x>", To='"Bee, B" <b@x>, c@x', Cc="d@x", Bcc="e@x")
    found = prepare_email(Options(headers=(("X-A", "a"), ("Bcc", "h@x"))), message).envelope
    assert found == Envelope("f@x", ("b@x", "c@x", "d@x", "e@x"), (), (("X-A", "a"),))


def test_the_sender_of_an_email_message_is_asked_first() -> None:
    assert prepare_email(Options(), email(From="f@x", Sender="s@x", To="t@x")).envelope.originator == "s@x"


def test_what_the_call_says_wins_over_the_email_message() -> None:
    found = prepare_email(Options(originator="o@x", recipients="r@x, s@x"), email(From="f@x", To="t@x")).envelope
    assert (found.originator, found.recipients) == ("o@x", ("r@x", "s@x"))


def test_a_resent_email_message_goes_by_its_resent_headers() -> None:
    message = email(From="f@x", To="t@x", Resent_Date="now", Resent_From="g@x", Resent_To="u@x")
    found = prepare_email(Options(), message).envelope
    assert (found.originator, found.recipients, found.prefix) == ("g@x", ("u@x",), "Resent-")


@pytest.mark.parametrize(("message", "missing"), [(email(To="t@x"), "originator"), (email(From="f@x"), "recipient")])
def test_an_email_message_must_say_both(message: EmailMessage, missing: str) -> None:
    with pytest.raises(AddressError, match=f"no {missing}"):
        prepare_email(Options(), message)


def test_an_address_of_an_email_message_is_checked_too() -> None:
    with pytest.raises(AddressError):
        prepare_email(Options(), email(From="f@x", To="t@\u00ad"))


@pytest.mark.parametrize("domain", ["\u00fc-", "-\u00fc", "[\u00fc]", "\u00ad", "\u00fc" * 64, "x\u2028"])
@pytest.mark.parametrize("where", ["originator", "recipients"])
def test_a_domain_that_cannot_be_is_an_error(where: str, domain: str) -> None:
    with pytest.raises(AddressError, match=f"error in -{where}: "):
        envelope(**({"originator": "o@x", "recipients": "r@x"} | {where: f"a@{domain}"}))


def test_an_address_outside_ascii_stays_as_it_was_given() -> None:
    found = envelope(("To", "j\u00f6rg@\u4e2d.example"), originator="\u010d@x")
    assert (found.originator, found.recipients) == ("\u010d@x", ("j\u00f6rg@\u4e2d.example",))


def test_an_email_message_may_come_from_the_null_sender() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "me@x", "a@x"
    assert prepare_email(Options(originator="", host=HOST), message).envelope.originator == ""
