"""Numbers that a team brings: read as spreadsheets write them, refused row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmops.measure.intake import Brought, brought
from tests.measure.world import NOW, Sent, World

HEAD = "date,channel,metric,value,post\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, [Sent("seul", "masto", NOW, None)])
    made.write()
    return made


def read(world: World, text: str, name: str = "a.csv", *, sandbox: bool = False) -> Brought:
    path = world.root / "kpis/data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return brought(world.root, world.workspace, sandbox=sandbox)


def test_a_row_is_a_number_of_a_channel_a_brand_or_a_post(world: World) -> None:
    found = read(
        world,
        HEAD
        + "2026-11-30,masto,mentions,4,\n"
        + "2026-11-30,boutique,orders,5.5,\n"
        + "2026-11-30,ateliers,sentiment,-0.2,\n"
        + "2026-11-30,masto,clicks,12,seul\n",
    )
    assert found.findings == []
    numbers = [(each.channel, bool(each.key), each.metric, each.value) for each in found.numbers]
    assert numbers == [
        ("masto", False, "mentions", 4.0),
        ("boutique", False, "orders", 5.5),
        ("ateliers", False, "sentiment", -0.2),
        ("masto", True, "clicks", 12.0),
    ]
    assert found.numbers[3].key == world.key(world.sent[0])


def test_a_french_spreadsheet_is_understood(world: World) -> None:
    text = "\ufeffDate;Channel;Metric;Value\r\n2026-11-30;masto;reply_hours;1\u202f004,5\r\n"
    found = read(world, text)
    assert (found.findings, [each.value for each in found.numbers]) == ([], [1004.5])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("30/11/2026,masto,clicks,4,", "date"),
        ("2026-02-30,masto,clicks,4,", "date"),
        ("2026-11-30,nulle-part,clicks,4,", "channel"),
        ("2026-11-30,masto,Clics !,4,", "metric"),
        ("2026-11-30,masto,clicks,beaucoup,", "value"),
        ("2026-11-30,masto,clicks,nan,", "value"),
        ("2026-11-30,masto,clicks,,", "value"),
        ("2026-11-30,masto,clicks,4,inconnu", "post"),
        ("2026-11-30,ateliers,clicks,4,seul", "post"),
        ("2026-11-30,masto,clicks,4,seul#demain", "post"),
        ("2026-11-29,masto,mentions,9,", "twice"),
        ("2026-11-30", "channel"),
    ],
)
def test_a_wrong_row_is_told_at_its_line_and_the_others_count(
    row: str, why: str, world: World
) -> None:
    found = read(
        world, f"{HEAD}2026-11-29,masto,mentions,1,\n{row}\n2026-12-01,masto,mentions,2,\n"
    )
    [finding] = found.findings
    assert (finding.code, finding.values["why"], finding.place) == ("CM955", why, (3, 1))
    assert [each.value for each in found.numbers] == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "empty"), ("jour,compte\n", "columns"), ('date,"channel', "columns")],
)
def test_a_file_that_is_none_is_told_once(text: str, why: str, world: World) -> None:
    [finding] = read(world, text).findings
    assert finding.values["why"] == why


def test_an_example_counts_only_in_a_rehearsal(world: World) -> None:
    row = "2026-11-30,masto,mentions,4,\n"
    assert read(world, HEAD + row, "x.example.csv").numbers == []
    rehearsed = read(world, HEAD + row, "x.example.csv", sandbox=True)
    assert (len(rehearsed.numbers), rehearsed.example) == (1, True)


def test_of_a_file_full_of_mistakes_only_some_are_told(world: World) -> None:
    found = read(world, HEAD + "x,y,z,w,\n" * 1000)
    assert 0 < len(found.findings) <= 50


def test_the_folder_is_not_read_through_a_link(world: World, tmp_path: Path) -> None:
    read(world, HEAD + "2026-11-30,masto,mentions,4,\n")
    other = World(tmp_path / "other")
    other.write()
    (other.root / "kpis").symlink_to(world.root / "kpis")
    assert brought(other.root, other.workspace, sandbox=False).numbers == []
