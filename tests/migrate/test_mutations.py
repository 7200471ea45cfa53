"""Defects that were put into tclsmtp are found, and named for what they are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.tclsh import BIN

SCRIPT = """
package require mime
package require smtp
set text [mime::initialize -canonical text/plain -param {charset utf-8} -string "Disk / is at 91 percent.\\n"]
set table [mime::initialize -canonical text/csv -param {name usage.csv} \\
    -header {Content-Disposition {attachment; filename="usage.csv"}} -string "disk,used\\n/,91\\n"]
set mail [mime::initialize -canonical multipart/mixed -parts [list $text $table]]
set refused [smtp::sendmessage $mail -servers mailhost -atleastone 1 -header {From me@example.com} \\
    -header {To {ann@example.com, bob@example.com}} -header {Cc cid@example.com} -header {Subject {Disk report}}]
puts "refused: $refused"
exit 3
"""

ON_THE_WIRE = """
from tclsmtp.smtp.transport import Transport
plain = Transport.send
Transport.send = lambda self, data, timeout: plain(self, data.replace({!r}, {!r}), timeout)
"""

IN_THE_COMMAND = """
from tclsmtp.bridge.smtp_commands import COMMANDS
plain = COMMANDS["smtp::sendmessage"]
COMMANDS["smtp::sendmessage"] = {}
"""

AT_THE_END = """
import tclsmtp.bridge.shell as shell
plain = shell.leave
shell.leave = lambda app, status: plain(app, {})
"""


def on_the_wire(old: str, new: str) -> str:
    return ON_THE_WIRE.format(old.encode(), new.encode())


MUTATIONS = {
    "a header is dropped": (on_the_wire("Subject: Disk report\r\n", ""), "header.Subject"),
    "a header is changed": (on_the_wire("Subject: Disk report", "Subject: Desk report"), "header.Subject"),
    "a header is added": (on_the_wire("Subject: Disk", "X-Spam: yes\r\nSubject: Disk"), "header.X-Spam"),
    "a recipient is changed": (on_the_wire("RCPT TO:<cid@", "RCPT TO:<sid@"), "envelope.recipients"),
    "the originator is changed": (on_the_wire("MAIL FROM:<me@", "MAIL FROM:<we@"), "envelope.from"),
    "the text is changed": (on_the_wire("at 91 percent", "at 19 percent"), "body.1"),
    "an attachment is changed": (on_the_wire("disk,used", "disk,free"), "body.2"),
    "a charset is changed": (on_the_wire('charset="utf-8"', 'charset="koi8-r"'), "structure"),
    "a type is changed": (on_the_wire("text/csv", "text/xml"), "structure"),
    "an attachment is renamed": (on_the_wire('filename="usage', 'filename="abuse'), "header.Content-Disposition"),
    "the server is greeted otherwise": (on_the_wire("EHLO ", "HELO "), "dialogue"),
    "refusals are not told": (IN_THE_COMMAND.format("lambda *words: plain(*words) and ()"), "stdout"),
    "the message is sent twice": (IN_THE_COMMAND.format("lambda *words: (plain(*words), plain(*words))[1]"), "count"),
    "the message is not sent": (IN_THE_COMMAND.format("lambda *words: ()"), "count"),
    "the exit status is another": (AT_THE_END.format("4 if status == 3 else status"), "exit-code"),
    "something is said": (AT_THE_END.format("app.call('puts', 'stderr', 'oops') or status"), "stderr"),
}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "scripts" / "report.tcl"
    path.parent.mkdir()
    path.write_text(SCRIPT)
    return path


def compare(script: Path, mutation: str) -> tuple[int, dict[str, str]]:
    """What `tclsmtp compare` says of a tclsmtp that is changed as its interpreter starts: the exit status, and each
    difference that is not explained, with what it tells of either side.
    """
    changed = script.parent.parent / "changed"
    changed.mkdir()
    (changed / "sitecustomize.py").write_text(
        f"import sys\nif 'tclsmtp' in sys.orig_argv and 'run' in sys.orig_argv:\n{indented(mutation)}"
    )
    done = subprocess.run(
        [BIN / "tclsmtp", "compare", "--quiet", "--refuse", "RCPT TO:<bob@*>=550 no", "--json", "told.json", script],
        cwd=script.parent.parent,
        env=os.environ | {"PYTHONPATH": str(changed)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    [found] = json.loads((script.parent.parent / "told.json").read_text())["scripts"]
    assert found["error"] == "", done.stderr
    return done.returncode, {
        each["id"]: f"{each['reference']} -> {each['ours']}" for each in found["differences"] if not each["explanation"]
    }


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.strip().splitlines())


def test_without_a_defect_all_is_the_same_or_explained(script: Path) -> None:
    assert compare(script, "pass") == (0, {})


@pytest.mark.parametrize("defect", MUTATIONS)
def test_a_defect_is_found_and_named(script: Path, defect: str) -> None:
    mutation, name = MUTATIONS[defect]
    status, found = compare(script, mutation)
    assert status == 1
    assert name in found, found
