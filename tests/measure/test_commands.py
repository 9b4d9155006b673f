"""``cmops kpi`` and ``cmops collect`` as people type them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import responses

from cmops.cli.main import run
from cmops.measure.definitions import built_in
from cmops.measure.rows import best_times, unit
from cmops.wording import Wording
from tests.measure.world import NOW as DEMO
from tests.measure.world import SETTINGS, Count, Sent, World

AT = ("--at", "2026-12-01 12:30")
CSV = """\
date,channel,metric,value
2025-11-20,masto,followers,800
2026-10-20,masto,followers,1000
2026-11-20,masto,followers,1250
2026-11-20,boutique,followers,90
2026-11-28,boutique,orders,12
"""
ORDERS = """\
-- id: orders
-- title: {fr: Commandes, en: Orders}
-- meaning: Combien de commandes.
-- unit: commandes
-- better: higher

SELECT channel_slices.dimension, channel_slices.member, periods.period, periods.period_name,
       SUM(channels.value) AS value
FROM channels
JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
JOIN channel_slices ON channel_slices.channel = channels.channel
WHERE channels.metric = 'orders'
GROUP BY channel_slices.dimension, channel_slices.member, periods.period, periods.period_name
"""

Said = tuple[int, str, str]
Cmops = Callable[..., Said]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    world = World(tmp_path / "workspace")
    world.files = {"kpis/data/a.csv": CSV, "kpis/orders.sql": ORDERS}
    world.write()
    return world.root


@pytest.fixture
def cmops(root: Path, capsys: pytest.CaptureFixture[str]) -> Cmops:
    def call(*arguments: str) -> Said:
        capsys.readouterr()
        code = run(("-C", str(root), *arguments))
        return code, *capsys.readouterr()

    return call


def test_all_kpis_of_the_last_month_with_what_is_not_measured(cmops: Cmops) -> None:
    code, out, _ = cmops("kpi", *AT)
    assert code == 0
    lines = {line[:24].strip(): line for line in out.splitlines()}
    [followers] = [line for name, line in lines.items() if name.startswith("Abonnés")]
    assert "novembre 2026" in followers
    assert [each in followers for each in ("1\u202f340", "1\u202f000", "800")] == [True] * 3
    assert "non mesuré" in next(line for name, line in lines.items() if name.startswith("Portée"))
    assert any(name.startswith("Commandes") for name in lines)


def test_one_kpi_over_time_by_channel_as_csv(cmops: Cmops) -> None:
    code, out, _ = cmops("kpi", "followers", "--by", "channel", "--format", "csv", *AT)
    rows = list(csv.DictReader(StringIO(out)))
    assert code == 0
    assert [(each["member"], each["period"], each["value"]) for each in rows] == [
        ("boutique", "2026-11", "90.0"),
        ("masto", "2025-11", "800.0"),
        ("masto", "2026-10", "1000.0"),
        ("masto", "2026-11", "1250.0"),
    ]
    assert (rows[3]["previous"], rows[3]["year_ago"]) == ("1000.0", "800.0")


def test_json_is_for_programs(cmops: Cmops) -> None:
    code, out, _ = cmops("kpi", "orders", "--period", "week", "--format", "json", *AT)
    said: dict[str, Any] = json.loads(out)
    assert (code, said["version"], said["example"]) == (0, 1, False)
    [row] = said["rows"]
    assert (row["kpi"], row["period"], row["value"], row["complete"]) == (
        "orders",
        "2026-W48",
        12.0,
        True,
    )


def test_from_and_to_are_one_period_unless_a_period_is_asked_for(cmops: Cmops) -> None:
    days = ("--from", "2026-10-01", "--to", "2026-11-30", "--format", "json", *AT)
    whole = json.loads(cmops("kpi", "followers", *days)[1])["rows"]
    assert [(each["start"], each["end"], each["value"]) for each in whole] == [
        ("2026-10-01", "2026-11-30", 1340.0)
    ]
    months = json.loads(cmops("kpi", "followers", "--period", "month", *days)[1])["rows"]
    assert [each["period"] for each in months] == ["2026-10", "2026-11"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("kpi", "nope"),
        ("kpi", "--from", "hier"),
        ("kpi", "--from", "2026-12-01", "--to", "2026-11-01"),
        ("kpi", "--by", "age"),
        ("collect", "nope"),
    ],
)
def test_wrong_usage_is_said(arguments: tuple[str, ...], cmops: Cmops) -> None:
    code, out, err = cmops(*arguments)
    assert (code, out) == (2, "")
    assert err


def test_a_wrong_definition_is_told_at_its_line_and_the_others_are_answered(
    cmops: Cmops, root: Path
) -> None:
    (root / "kpis/orders.sql").write_text(ORDERS.replace("SUM(", "SOMME("), "utf-8")
    (root / "kpis/data/a.csv").write_text(f"{CSV}hier,masto,followers,3\n", "utf-8")
    code, out, err = cmops("kpi", *AT)
    assert code == 1
    assert "kpis/orders.sql:8:8: error CM952" in err
    assert "kpis/data/a.csv:7:1: error CM955" in err
    assert "Abonnés" in out


def test_an_example_says_that_it_is_one(cmops: Cmops, root: Path) -> None:
    (root / "kpis/data/a.csv").rename(root / "kpis/data/a.example.csv")
    assert "non mesuré" in cmops("kpi", "followers", *AT)[1] + cmops("kpi", *AT)[1]
    code, out, err = cmops("kpi", "followers", "--sandbox", *AT)
    assert (code, "1\u202f340" in out) == (0, True)
    assert "inventés" in err


def test_objectives_are_listed_with_where_they_stand(cmops: Cmops, root: Path) -> None:
    (root / "calendar").mkdir()
    (root / "calendar/objectives.yml").write_text(
        "objectives:\n  - {id: a, name: Vendre, why: W, kpi: orders, target: 10,"
        " start: 2026-11-01, end: 2026-11-30}\n",
        "utf-8",
    )
    code, out, _ = cmops("kpi", "--objectives", *AT)
    assert code == 0
    assert "atteint" in out.splitlines()[1]


def test_the_best_times_are_listed_with_their_interval(cmops: Cmops, root: Path) -> None:
    sent = [Sent(f"p{n}", "masto", DEMO.replace(month=11, day=2 + n), 1) for n in range(6)]
    counts = [Count("masto", each, DEMO, "likes", 3 + n) for n, each in enumerate(sent)]
    world = World(root, sent, counts)
    world.write()
    table = best_times(world.figures(), Wording("fr"), "all")
    assert [row[0] for row in table.shown] == ["tout"] * 6
    assert table.shown[0][1] == "samedi 12 h"
    assert " – " in table.shown[0][3]
    assert cmops("kpi", "best-time", *AT)[0] == 0, "nothing of it is in this ledger"


def test_collecting_names_the_secret_that_is_missing(
    cmops: Cmops, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASTODON_TOKEN", "t")
    with responses.RequestsMock() as server:
        me = {"id": "1", "username": "ateliers", "followers_count": 7}
        server.get("https://mastodon.example/api/v1/accounts/verify_credentials", json=me)
        server.get("https://mastodon.example/api/v1/accounts/1", json=me)
        code, out, _ = cmops("collect")
    assert code == 1
    assert "masto : 1 relevé" in out.replace("\u00a0", " ")
    assert "SHOP_PASSWORD" in out
    assert "MASTODON_TOKEN" not in out
    report = json.loads(cmops("collect", "masto", "--format", "json")[1])
    assert (report["added"], report["troubles"]) == (0, [])
    assert "secrets: {token: MASTODON_TOKEN}" in SETTINGS
    assert json.loads(cmops("kpi", "followers", "--format", "json")[1])["rows"][-1]["value"]


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [("fr", 1.994, "heure"), ("fr", 1.996, "heures"), ("en", 1.0, "hour"), ("en", None, "hours")],
)
def test_the_unit_goes_with_the_figure_as_it_is_read(
    language: str, value: float | None, said: str
) -> None:
    reply_time = next(each for each in built_in() if each.id == "reply-time")
    assert unit(reply_time, value, Wording(language)) == said
