from __future__ import annotations

import pytest

from cmops.wording import codes
from tests.cli.conftest import Cmops
from tests.conftest import MakeWorkspace


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_code_has_a_page(
    language: str, cmops: Cmops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMOPS_LANGUAGE", language)
    for code in codes.names():
        said = cmops("explain", code)
        assert said.code == 0
        assert said.out.startswith(f"{code} ")
        assert len(said.out.splitlines()) > 3


def test_without_a_code_all_are_listed(cmops: Cmops) -> None:
    listed = [line.split()[0] for line in cmops("explain").out.splitlines()]
    assert tuple(listed) == codes.names()


def test_a_code_may_be_written_in_small_letters(cmops: Cmops, workspace: MakeWorkspace) -> None:
    assert cmops("explain", "cm101", at=workspace()).out.startswith("CM101 ")


@pytest.mark.parametrize("code", ["CM999", "../CM101", "x"])
def test_a_code_that_is_none_is_wrong_usage(code: str, cmops: Cmops) -> None:
    assert cmops("explain", code).code == 2
