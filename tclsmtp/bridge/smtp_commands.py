"""The ::smtp commands."""

from __future__ import annotations

import os
import time

from tclsmtp.bridge.values import to_boolean
from tclsmtp.errors import OptionError
from tclsmtp.mime.dates import format_date
from tclsmtp.smtp.options import Options, TlsSettings, check_header_name
from tclsmtp.smtp.submit import prepare, submit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tclsmtp.bridge.caller import Caller
    from tclsmtp.bridge.values import TclValue
    from tclsmtp.policy.route import Policy
    from tclsmtp.spool.keeper import Spooler


def boolean(caller: Caller, value: str) -> int:
    """`smtp::boolean value`: 1 or 0. Raises OptionError for a word that tcllib does not take."""
    answer = to_boolean(value)
    if answer is None:
        raise OptionError(f"unknown boolean value: {value}")
    return int(answer)


def sendmessage(caller: Caller, token: str, *words: str) -> TclValue:
    """`smtp::sendmessage part ?-option value ...?`: a list of address, code and text of each recipient refused.

    As in tcllib the options and addresses are checked before the token is looked at. Raises OptionError, AddressError,
    MimeError for a token that does not exist, and what `submit` raises.

    Where the policy has a spool, ::tclsmtp::queued are the names of what waits in it now, none where all was sent.
    """
    plan = prepare(_parse_options(caller, words))
    part = caller.tokens.find(token, "header")
    interpreter = caller.interpreter
    with interpreter.nesting:
        policy = interpreter.policy
        if policy and policy.connects_elsewhere and _is_own(caller, plan.options.ports):
            policy = policy.where_the_name_says()
        script = _script(caller) if policy and policy.log else ""
        pool = interpreter.pool() if policy and policy.reuses else None
        keeper = _keeper(policy)
        try:
            refusals = submit(plan, part, interpreter.waiter, caller.dialect, policy, keeper, script, pool)
        finally:
            if keeper:
                caller.call("set", "::tclsmtp::queued", tuple(keeper.kept))
            if pool:
                interpreter.tend_pool()
    return tuple([(refusal.address, refusal.code, refusal.text) for refusal in refusals])


def _keeper(policy: Policy | None) -> Spooler | None:
    if policy is None or not policy.spools:
        return None
    from tclsmtp.spool.keeper import Spooler

    return Spooler()


def _script(caller: Caller) -> str:
    """What runs, as the script itself would name it; "" where nobody said."""
    return caller.call("set", "::argv0") if caller.call("info", "exists", "::argv0") == "1" else ""


def _is_own(caller: Caller, ports: tuple[str | int, ...]) -> bool:
    """Whether one of these ports is that of a socket of the script itself, which then is a server that it started."""
    wanted = {str(port) for port in ports}
    for channel in caller.split(caller.call("file", "channels", "sock*")):
        # Address, name and port, of each address that it listens on.
        names = caller.split(caller.call("fconfigure", channel, "-sockname"))
        if not wanted.isdisjoint(names[2::3]):
            return True
    return False


def _date() -> str:
    # A script's `set env(TZ)` reaches the C library's environment, which Python does not look at again by itself.
    if hasattr(time, "tzset"):
        time.tzset()
    return format_date()


def _parse_options(caller: Caller, words: tuple[str, ...]) -> Options:
    if len(words) % 2:
        raise OptionError(f"Each option must have a value!  Invalid option list: {caller.join(_shown(words))}")
    given: dict[str, Any] = {}
    headers: list[tuple[str, str]] = []
    for option, value in zip(words[::2], words[1::2], strict=True):
        if option == "-header":
            headers.append(_header(caller, value))
        elif option in _OPTIONS:
            field, convert = _OPTIONS[option]
            given[field] = convert(caller, value)
        else:
            raise OptionError(f"unknown option {option}")
    if caller.makes_ids:
        given["new_id"] = caller.unique_id
    return Options(
        headers=tuple(headers), host=caller.hostname(), tls=lambda: _tls_settings(caller), new_date=_date, **given
    )


def _shown(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the password."""
    return tuple(
        "<redacted>" if before == "-password" else word for before, word in zip(("", *words), words, strict=False)
    )


def _tls_settings(caller: Caller) -> TlsSettings:
    """What the script asked for with `tls::init`, where it loaded the tls package."""
    if caller.call("info", "exists", "::tls::defaults") != "1":
        return TlsSettings()
    words = caller.split(caller.call("set", "::tls::defaults"))
    given = dict(zip(words[::2], words[1::2], strict=False))
    files = {
        option.removeprefix("-"): os.fsdecode(caller.file_name(given[option]))
        for option in ("-cafile", "-cadir", "-certfile", "-keyfile")
        if given.get(option)
    }
    required = to_boolean(given.get("-require", "0"))
    return TlsSettings(verify=bool(required), server_name=given.get("-servername", ""), **files)


def _header(caller: Caller, pair: str) -> tuple[str, str]:
    words = caller.split(pair)
    if len(words) != 2:
        raise OptionError(f"-header expects a key and a value, not {pair}")
    check_header_name(words[0])
    return words[0], words[1]


def _flag(caller: Caller, value: str) -> bool:
    return bool(boolean(caller, value))


def _text(caller: Caller, value: str) -> str:
    return value


def _list(caller: Caller, value: str) -> tuple[str, ...]:
    return caller.split(value)


def _debug(caller: Caller, value: str) -> Callable[[str], object] | None:
    return (lambda line: caller.call("puts", "stderr", line)) if boolean(caller, value) else None


def _policy(caller: Caller, value: str) -> Callable[[int, str], str]:
    command = caller.split(value)
    return lambda code, diagnostic: caller.call(*command, code, diagnostic)


_OPTIONS: dict[str, tuple[str, Callable[[Caller, str], Any]]] = {
    "-servers": ("servers", _list),
    "-ports": ("ports", _list),
    "-client": ("client", _text),
    "-queue": ("queue", _flag),
    "-atleastone": ("at_least_one", _flag),
    "-originator": ("originator", _text),
    "-recipients": ("recipients", _text),
    "-maxsecs": ("max_seconds", _text),
    "-usetls": ("use_tls", _flag),
    "-tlspolicy": ("tls_policy", _policy),
    "-tlsimport": ("tls_import", _flag),
    "-username": ("username", _text),
    "-password": ("password", _text),
    "-debug": ("debug", _debug),
}

COMMANDS: dict[str, Callable[..., TclValue]] = {"smtp::boolean": boolean, "smtp::sendmessage": sendmessage}
