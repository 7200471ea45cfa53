"""The pages of a report, as files."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Captured, Comparison, Delivery, Dialogue, Difference, Explanation, Line, Run
from tclsmtp.migrate.report import write
from tclsmtp.migrate.report.write import page_name, shown

ATTACK = "<script>document.title = 'owned'</script>\"' onfocus=x autofocus {{ 7 * 7 }} \u202e\x1b[0m"


def run(text: str = "hello") -> Run:
    content = f"Subject: {text}\r\nX-{text}: {text}\r\n\r\n{text}".encode()
    captured = Captured((Dialogue((Line("C", f"EHLO {text}"),), text, text),), (Delivery(text, (text,), content),))
    return Run(f"tclsh {text}", text, 0, text.encode(), text.encode(), 1.7e9, 0.25, captured)


def attacked(place: str) -> Comparison:
    why = Explanation(ATTACK, ATTACK, ATTACK)
    found = (Difference(ATTACK, ATTACK, ATTACK[1:], 0), Difference(ATTACK, ATTACK, ATTACK, 0, why))
    made = Comparison(ATTACK, run(ATTACK), run(f"{ATTACK} x"), found)
    return made if place == "differences" else replace(made, error=ATTACK)


class Reader(HTMLParser):
    """Keeps the elements of a page, and which are still open."""

    VOID = frozenset(("meta", "link", "input"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def test_a_report_is_an_index_and_a_page_for_each_script(tmp_path: Path) -> None:
    made = [Comparison("a.tcl", run(), run()), Comparison("b.tcl", error="no")]
    index = write(made, tmp_path / "new" / "report")
    assert index == tmp_path / "new" / "report" / "index.html"
    names = [f"{page_name(name)}.html" for name in ("a.tcl", "b.tcl")]
    assert [path.name for path in pages(index.parent)] == ["index.html", *names]
    for name in names:
        assert f'href="scripts/{name}"' in index.read_text()


def test_what_needs_attention_comes_first(tmp_path: Path) -> None:
    differs = Comparison("c.tcl", run(), run(), (Difference("stdout", "a", "b"),))
    text = write([Comparison("a.tcl", run(), run()), Comparison("b.tcl", error="no"), differs], tmp_path).read_text()
    assert re.findall(r">(\w\.tcl)</a>", text) == ["c.tcl", "b.tcl", "a.tcl"]


def test_pages_lead_to_their_neighbours_and_back(tmp_path: Path) -> None:
    write([Comparison(name, run(), run()) for name in ("a.tcl", "b.tcl", "c.tcl")], tmp_path)
    reader = Reader((tmp_path / "scripts" / f"{page_name('b.tcl')}.html").read_text())
    links = [attributes["href"] for tag, attributes in reader.elements if tag == "a"]
    assert links == ["#main", "../index.html", f"{page_name('a.tcl')}.html", f"{page_name('c.tcl')}.html"]


@pytest.mark.parametrize("place", ["differences", "error"])
def test_nothing_that_a_script_says_becomes_an_element(tmp_path: Path, place: str) -> None:
    write([attacked(place)], tmp_path, stale=[ATTACK])
    for page in pages(tmp_path):
        text = page.read_text()
        reader = Reader(text)
        assert not reader.open
        assert [tag for tag, _ in reader.elements].count("script") == (page.name == "index.html")
        assert not any(name.startswith("on") for _, attributes in reader.elements for name in attributes)
        assert "{{ 7 * 7 }}" in text
        assert "\u202e" not in text
        assert "\x1b" not in text


@pytest.mark.parametrize("place", ["differences", "error"])
def test_pages_ask_for_nothing_elsewhere(tmp_path: Path, place: str) -> None:
    write([attacked(place)], tmp_path)
    for page in pages(tmp_path):
        for _, attributes in Reader(page.read_text()).elements:
            assert "style" not in attributes
            for name in ("href", "src"):
                assert re.fullmatch(
                    r"#main|data:,|(\.\./)?index\.html|(scripts/)?[a-z0-9-]+\.html", attributes.get(name) or "#main"
                )
        assert "default-src 'none'" in page.read_text()


def test_page_names_are_safe_and_of_one_script_each() -> None:
    names = ["a.tcl", "A.tcl", "a-tcl", "../../etc/passwd", "\udcff", "x" * 1000, "con", "a\n.tcl", "<b>"]
    made = [page_name(name) for name in names]
    assert len(set(made)) == len(names)
    for name in made:
        assert re.fullmatch("[a-z0-9-]{1,80}", name)


def test_scripts_of_the_same_name_have_a_page_each(tmp_path: Path) -> None:
    write([Comparison("a.tcl", run(), run())] * 2, tmp_path)
    assert len(pages(tmp_path)) == 3


def test_an_earlier_report_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    write([Comparison("old.tcl", run(), run())], tmp_path)
    mine = tmp_path / "scripts" / "mine.html"
    mine.write_text("mine")
    write([Comparison("new.tcl", run(), run())], tmp_path)
    assert [path.name for path in pages(tmp_path)] == ["index.html", "mine.html", f"{page_name('new.tcl')}.html"]


def test_an_index_that_is_of_no_report_stays(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(MigrateError, match=r"index\.html: is of no report; name another folder"):
        write([], tmp_path)
    assert [path.read_text() for path in pages(tmp_path)] == ["mine"]


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MigrateError, match="scripts: Not a directory"):
        write([], tmp_path / "file" / "report")


def test_without_jinja2_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MigrateError, match=r"pip install 'tclsmtp\[migrate\]'"):
        write([], tmp_path)


def test_a_report_of_nothing_is_a_report(tmp_path: Path) -> None:
    assert "0 scripts" in write([], tmp_path).read_text()


def test_in_the_bar_one_among_thousands_is_to_be_seen(tmp_path: Path) -> None:
    failed = Comparison("b.tcl", error="no")
    same = Comparison("a.tcl", run(), run())
    text = write([failed, *[same] * 199], tmp_path).read_text()
    widths = [float(width) for width in re.findall(r'<rect .*? width="([\d.]+)%"', text)]
    assert widths[0] > 1
    assert sum(widths) == pytest.approx(100)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("plain", "plain"),
        ("a\nb\t\xe9", "a\nb\t\xe9"),
        ("\x1b\r", "\u241b\u240d"),
        ("\u202e\udcff", r"\u202e\udcff"),
        (3, 3),
    ],
)
def test_what_is_not_seen_is_told(value: object, told: object) -> None:
    assert shown(value) == told
