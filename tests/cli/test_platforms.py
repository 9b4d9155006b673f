from __future__ import annotations

import pytest

from cmops.adapters.contract import Capability
from cmops.adapters.registry import adapter, names
from cmops.wording import LANGUAGES
from tests.cli.conftest import Cmops


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_platform_says_its_limits_and_what_can_be_done(
    cmops: Cmops, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("CMOPS_LANGUAGE", language)
    said = cmops("platforms")
    assert said.code == 0
    for name in names():
        assert f"({name})" in said.out
        alone = cmops("platforms", name)
        assert alone.code == 0
        for limit in adapter(name).platform.limits.values():
            assert limit.source.removesuffix("(?)").strip() in alone.out
            assert limit.checked in alone.out
    assert "{" not in said.out


def test_a_number_that_is_not_verified_is_marked(cmops: Cmops) -> None:
    line = next(each for each in cmops("platforms", "bluesky").out.splitlines() if "(?)" in each)
    assert "180" in line


def test_programs_get_what_the_adapters_declare(cmops: Cmops) -> None:
    rows = {each["name"]: each for each in cmops("platforms", "--format", "json").json["platforms"]}
    assert list(rows) == list(names())
    for name, row in rows.items():
        platform = adapter(name).platform
        assert set(row["capabilities"]) == {each.value for each in Capability}
        assert set(row["capabilities"].values()) <= {"yes", "no", "not_built"}
        assert {key: limit["most"] for key, limit in row["limits"].items()} == {
            key: limit.most for key, limit in platform.limits.items()
        }
        assert row["guarantee"] == platform.guarantee
    assert rows["bluesky"]["limits"]["video_seconds"]["unsure"]
    assert not rows["bluesky"]["limits"]["text"]["unsure"]
    assert rows["x"]["capabilities"]["first_comment"] == "yes"


def test_one_platform_may_be_asked_for(cmops: Cmops) -> None:
    [row] = cmops("platforms", "mastodon", "--format", "json").json["platforms"]
    assert row["limits"]["poll_options"] | {"source": "", "checked": ""} == {
        "most": 4,
        "least": 2,
        "count": "items",
        "source": "",
        "checked": "",
        "unsure": False,
    }


def test_a_platform_that_does_not_exist_is_said_with_those_that_do(cmops: Cmops) -> None:
    said = cmops("platforms", "myspace")
    assert said.code == 2
    assert "bluesky" in said.err
