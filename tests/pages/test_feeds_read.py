"""Calendars as Thunderbird's own parser reads them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cmops.project import Project
from tests.conftest import MakeWorkspace
from tests.pages.conftest import AT
from tests.pages.test_feeds import MORE, feeds
from tests.servers.installed import node_modules

TITLES = {
    "virgules": "A, b; c\\d : « d » \"e\" 'f'",
    "injection": "Ligne\nBEGIN:VEVENT\nEND:VCALENDAR",
    "emoji": "👨\u200d👩\u200d👧\u200d👦🏳️\u200d🌈 " * 12,
    "droite": "مرحبا بالعالم שלום " * 5,
    "balises": "]]> &amp; <script>alert(1)</script>",
    "accents": "é" * 200,
}
READER = Path(__file__).with_name("calendars.mjs")


def read(texts: dict[str, str], folder: Path) -> dict[str, Any]:
    """What ical.js makes of each of them."""
    modules = node_modules("ical")
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    done = subprocess.run(
        ["node", str(READER), str(modules), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def hostile_titles(workspace: MakeWorkspace, hostile: Path) -> Project:
    """Posts and events whose titles are what calendars stumble over."""
    files = dict(MORE)
    for number, (name, title) in enumerate(TITLES.items(), 1):
        told = json.dumps(title, ensure_ascii=False)  # a string of JSON is one of YAML
        files[f"content/posts/{name}.md"] = (
            f"---\ntitle: {told}\nstatus: ready\npublish_at: 2026-12-0{number} 16:00\n"
            "to: [bluesky]\n---\nTexte\n"
        )
        files[f"calendar/events/{name}.md"] = (
            f"---\nname: {told}\ntype: meetup\nstart: 2026-12-1{number} 14:00\nplace: {told}\n---\n"
        )
    workspace(files)
    return Project(hostile, at=AT, sandbox=True)


def test_thunderbirds_parser_reads_every_calendar_to_the_letter(
    hostile_titles: Project, tmp_path: Path
) -> None:
    texts = {name: text for name, text in feeds(hostile_titles).items() if name.endswith(".ics")}
    found = read(texts, tmp_path / "read")

    assert found.keys() == texts.keys()
    for name, calendar in found.items():
        assert calendar["root"] == "vcalendar"
        assert len(calendar["events"]) == texts[name].count("BEGIN:VEVENT\r\n"), name
        assert len({each["uid"] for each in calendar["events"]}) == len(calendar["events"])
        for each in calendar["events"]:
            assert each["seconds"] > 0
            assert each["zone"] == ("floating" if each["whole"] else "UTC")
            assert not each["inside"]
    one_line = {title.replace("\n", " ") for title in TITLES.values()}
    everything = found["all.ics"]["events"]
    assert one_line <= {each["summary"] for each in everything}
    assert one_line <= {each["location"] for each in everything if each["location"]}


def test_an_empty_calendar_is_one_too(workspace: MakeWorkspace, tmp_path: Path) -> None:
    texts = feeds(Project(workspace(), at=AT))
    found = read({"all.ics": texts["all.ics"]}, tmp_path / "read")
    assert found["all.ics"]["components"] == ["vtimezone"]
    assert found["all.ics"]["title"] == "Les Ateliers"
