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


def test_what_a_platform_charges_is_said_with_its_source(
    cmops: Cmops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMOPS_LANGUAGE", "en")
    said = cmops("platforms", "x").out
    assert "a message with an address 0.20 USD" in said
    assert "a deletion 0.01 USD" in said
    assert "pay-per-usage" in said
    assert "USD" not in cmops("platforms", "mastodon").out
    rows = {each["name"]: each for each in cmops("platforms", "--format", "json").json["platforms"]}
    assert rows["mastodon"]["cost"] is None
    prices = rows["x"]["cost"]["prices"]
    assert prices["message"] == {"amount": "0.015", "currency": "USD"}
    assert set(prices) == {"message", "link", "share", "alt", "delete", "read", "account"}


def test_what_is_no_network_is_called_in_the_reader_s_language(
    cmops: Cmops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMOPS_LANGUAGE", "fr")
    assert "Publication à la main (handoff)" in cmops("platforms", "handoff").out
    monkeypatch.setenv("CMOPS_LANGUAGE", "en")
    assert "Hand-off (handoff)" in cmops("platforms", "handoff").out


def test_a_limit_is_said_in_its_unit(cmops: Cmops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMOPS_LANGUAGE", "en")
    said = cmops("platforms", "telegram").out
    assert "characters of text below media: 1,024" in said
    assert "bytes for a document: 52,428,800" in said
    # How texts are counted says nothing of files.
    assert "accented" not in said
    assert "accented" in cmops("platforms", "matrix").out


def test_a_platform_that_does_not_exist_is_said_with_those_that_do(cmops: Cmops) -> None:
    said = cmops("platforms", "myspace")
    assert said.code == 2
    assert "bluesky" in said.err
