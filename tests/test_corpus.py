"""The corpus: what its scripts make use of, and that they do the same under tcllib and under tclsmtp."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from tclsmtp.migrate.comparing import Comparer, Settings
from tclsmtp.migrate.model import Comparison, Outcome
from tclsmtp.migrate.script import Script, Setup, find_scripts

CORPUS = Path(__file__).parents[1] / "compat" / "scripts"
ACCEPT = CORPUS / "accept.toml"
RECORDED = CORPUS.parent / "transcripts" / "scripts"
NONE = "no-such-tclsh"
SCRIPTS = {script.key: script for script in find_scripts([CORPUS], Setup())}
OPTIONS = (
    "servers ports client queue atleastone originator recipients header maxsecs usetls tlspolicy tlsimport username "
    "password debug"
).split()
COMMANDS = (
    "initialize finalize getproperty getheader setheader getbody copymessage buildmessage parseaddress parsedatetime "
    "mapencoding reversemapencoding uniqueID qp_encode qp_decode word_encode word_decode field_decode encoding "
    "encodingasciiP encodinglineP getsize getContentType getTransferEncoding"
).split()


@cache
def texts() -> str:
    """All scripts without their comments."""
    return "\n".join(re.sub(r"(?m)^\s*#.*", "", (CORPUS / script.path).read_text()) for script in SCRIPTS.values())


@cache
def comparer(recorded: Path | None) -> Comparer:
    """With recordings there is no reference."""
    return Comparer(Settings(reference=NONE if recorded else "tclsh", recorded=recorded, accept=(ACCEPT,)))


POOL = ThreadPoolExecutor(2)


@cache
def begin(key: str, recorded: Path | None) -> Future[Comparison]:
    return POOL.submit(comparer(recorded).compare, SCRIPTS[key])


@pytest.fixture(scope="module", autouse=True)
def ahead(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compare what will be asked for on both cores; where xdist is at work, they are busy already."""
    if not hasattr(request.config, "workerinput"):
        for item in request.session.items:
            if isinstance(item, pytest.Function) and item.originalname == "test_script_differs_only_where_it_is_to":
                begin(item.callspec.params["key"], item.callspec.params["recorded"])
    yield
    POOL.shutdown(cancel_futures=True)


def test_there_are_many_scripts() -> None:
    assert len(SCRIPTS) >= 190


@pytest.mark.parametrize("option", OPTIONS)
def test_each_option_of_sendmessage_is_used(option: str) -> None:
    assert re.search(rf"(?<![\w-])-{option}\b", texts())


@pytest.mark.parametrize("command", [*(f"mime::{name}" for name in COMMANDS), "smtp::sendmessage", "smtp::boolean"])
def test_each_command_is_used(command: str) -> None:
    assert re.search(rf"\b{command}(?!\w)", texts())


def test_each_settings_file_is_of_a_script() -> None:
    settings = {path.name.removesuffix(".compare.toml") for path in CORPUS.glob("*.compare.toml")}
    assert settings - SCRIPTS.keys() == set()


def test_each_file_of_rules_is_named_by_a_script() -> None:
    named = {script.setup.rules for script in SCRIPTS.values()}
    assert set(CORPUS.glob("*.rules.toml")) - named == set()


def test_each_fixture_is_used() -> None:
    told = texts() + " ".join(word for script in SCRIPTS.values() for word in script.setup.args)
    fixtures = [path for path in (CORPUS / "files").rglob("*") if path.is_file()]
    assert [path.name for path in fixtures if re.split(r"-\d", path.name)[0] not in told] == []


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_script_says_what_it_is_for(script: Script) -> None:
    assert re.match(r"(?:#!.*\n|# the next line.*\n|exec .*\n)*# \S", (CORPUS / script.path).read_text())


@pytest.mark.parametrize("recorded", [None, RECORDED], ids=["live", "recorded"])
@pytest.mark.parametrize("key", SCRIPTS)
def test_script_differs_only_where_it_is_to(key: str, recorded: Path | None) -> None:
    found = begin(key, recorded).result()
    if found.outcome not in (Outcome.SAME, Outcome.EXPLAINED):
        pytest.fail(told(found), pytrace=False)


def test_each_accepted_difference_still_comes_up() -> None:
    named = [
        entry["script"].removeprefix("*").removesuffix(".tcl") for entry in tomllib.loads(ACCEPT.read_text())["accept"]
    ]
    for begun in [begin(key, None) for key in dict.fromkeys(named)]:
        begun.result()
    assert comparer(None).stale() == ()


def test_each_recording_is_of_a_script() -> None:
    assert {path.name for path in RECORDED.iterdir()} == SCRIPTS.keys()


def test_recordings_tell_no_moment_and_no_machine() -> None:
    assert [path.parent.name for path in RECORDED.glob("*/run.json") if '"begun"' in path.read_text()] == []


def told(comparison: Comparison) -> str:
    """What a comparison found that has no reason."""
    lines = [
        f"{found.id}\n    reference: {found.reference!r}\n    tclsmtp:   {found.ours!r}"
        for found in comparison.differences
        if not found.explanation
    ]
    failed = [run.error for run in (comparison.reference, comparison.ours) if run and run.error]
    return "\n".join(filter(None, (comparison.name, comparison.error, *failed, *lines)))
