from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.workspace.load import load
from cmops.workspace.starting import Account, Occupied, Start, start

OUTBOX = Account("outbox", "outbox/posts")


def wish(language: str = "fr", now: datetime | None = None, *accounts: Account) -> Start:
    moment = now or datetime(2026, 11, 24, 10, tzinfo=UTC)
    return Start("Les Ateliers : été", language, "Europe/Paris", accounts or (OUTBOX,), moment)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_written_can_be_read(language: str, tmp_path: Path) -> None:
    written = list(start(tmp_path, wish(language)))
    loaded = load(tmp_path)
    assert loaded.usable
    assert loaded.findings == ()
    assert loaded.workspace.settings.name == "Les Ateliers : été"
    assert loaded.workspace.settings.language == language
    assert sorted(written) == sorted(
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_of_the_template_is_left_open(language: str, tmp_path: Path) -> None:
    for path in start(tmp_path, wish(language)):
        text = (tmp_path / path).read_text("utf-8")
        assert "\n\n\n" not in text
        assert "$" not in text.replace("$schema", "").replace("${{", ""), path


def test_files_that_are_there_already_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Ours")
    assert "README.md" not in list(start(tmp_path, wish()))
    assert (tmp_path / "README.md").read_text() == "Ours"


def test_a_workspace_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cmops.yml").touch()
    with pytest.raises(Occupied):
        list(start(tmp_path, wish()))
    assert [path.name for path in tmp_path.iterdir()] == ["cmops.yml"]


def test_accounts_become_channels_with_the_names_of_their_secrets(tmp_path: Path) -> None:
    accounts = (
        Account("bluesky", "a.example", None, ("password",)),
        Account("bluesky", "b.example", None, ("password",)),
        Account("wordpress", "us", "https://blog.example", ("password",)),
    )
    list(start(tmp_path, wish("en", None, *accounts)))
    channels = load(tmp_path).workspace.settings.channels
    assert list(channels) == ["bluesky", "bluesky-2", "wordpress"]
    assert channels["bluesky-2"].account == "b.example"
    assert channels["bluesky-2"].secrets == {"password": "BLUESKY_2_PASSWORD"}
    assert channels["wordpress"].settings == {"url": "https://blog.example"}
    assert load(tmp_path).workspace.posts["welcome"].to == ("bluesky",)


@pytest.mark.parametrize(
    "day", ["2026-12-31", "2027-01-01", "2027-02-28", "2027-09-30", "2028-02-29"]
)
def test_on_any_day_the_first_post_is_on_a_working_day_and_the_objective_has_begun(
    day: str, tmp_path: Path
) -> None:
    now = datetime.fromisoformat(f"{day}T10:00:00+00:00")
    list(start(tmp_path, wish("en", now)))
    workspace = load(tmp_path).workspace
    at = workspace.posts["welcome"].publish_at
    assert at is not None
    assert timedelta(0) < at - now < timedelta(days=4)
    assert at.weekday() < 5
    (objective,) = workspace.objectives.values()
    assert objective.start <= now.date() <= objective.end
    assert objective.end - objective.start < timedelta(days=93)
