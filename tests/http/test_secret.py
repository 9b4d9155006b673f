"""Secrets are shown by no way of printing them."""

from __future__ import annotations

import copy
import json
import pickle
import traceback

import pytest

from cmops.http import Secret, basic, session
from cmops.http.secret import reveal

TOKEN = Secret("MASTODON_TOKEN", "hush-hush")


def test_no_way_of_printing_a_secret_shows_it() -> None:
    for shown in (repr(TOKEN), str(TOKEN), f"{TOKEN}", f"{[TOKEN]!r}", repr({"t": TOKEN})):
        assert "hush" not in shown
        assert "MASTODON_TOKEN" in shown
    for write in (pickle.dumps, json.dumps, copy.copy):
        with pytest.raises(TypeError):
            write(TOKEN)
    try:
        raise ValueError(TOKEN)
    except ValueError:
        assert "hush" not in traceback.format_exc()


def test_a_secret_inside_a_longer_text_stays_one() -> None:
    bearer = TOKEN.inside("Bearer {}")
    assert "hush" not in repr(bearer)
    assert reveal(bearer) == "Bearer hush-hush"
    assert reveal(basic("redaction", TOKEN)) == "Basic cmVkYWN0aW9uOmh1c2gtaHVzaA=="


def test_secrets_are_opened_however_deep_they_lie() -> None:
    assert reveal({"a": [{"b": TOKEN}], "c": ("x", TOKEN), "d": 1}) == {
        "a": [{"b": "hush-hush"}],
        "c": ["x", "hush-hush"],
        "d": 1,
    }


def test_secrets_come_from_the_environment_by_name() -> None:
    names = {"token": "CMOPS_TEST_TOKEN", "other": "CMOPS_TEST_EMPTY", "none": "CMOPS_TEST_NONE"}
    http = session(names, environ={"CMOPS_TEST_TOKEN": " hush\n", "CMOPS_TEST_EMPTY": " "})
    assert reveal(http.secret("token")) == "hush"
    for name in ("other", "none"):
        with pytest.raises(Exception, match="no_secret"):
            http.secret(name)
