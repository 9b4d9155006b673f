from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cmops.github import errors
from cmops.wording import LANGUAGES, Wording

EVERY = [
    errors.NoToken("GITHUB_TOKEN"),
    errors.NoRepository("/srv/git"),
    errors.NotEncrypted("github.example"),
    *(errors.Refused(status, "GET /x", "words") for status in (401, 403, 404, 418, 422)),
    errors.Lost("GET /x", "github.example", writes=False),
    errors.Lost("POST /x", "github.example", writes=True),
    errors.Limited(datetime(2026, 12, 1, 12, 15, tzinfo=UTC)),
    errors.TooLong(70_000, 65_536),
    errors.Hidden("@ateliers/juridique"),
    errors.Incomplete("#12", 3000),
]


@pytest.mark.parametrize("error", EVERY, ids=lambda each: each.phrase)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_says_what_it_knows(error: errors.GitHubError, language: str) -> None:
    wording = Wording(language)
    said = wording.error(error)
    assert "{" not in said.replace("{GITHUB_TOKEN: ${{ github.token }}}", "").replace(
        "{GITHUB_TOKEN\u00a0: ${{ github.token }}}", ""
    )
    unsaid = {"github.not-found": "reason", "github.unauthorised": "asked"}.get(error.phrase)
    for name, value in error.values.items():
        if name != unsaid and not isinstance(value, int):
            assert wording.show(value) in said


def test_numbers_are_said_as_people_read_them() -> None:
    assert "70\u202f000" in Wording("fr").error(errors.TooLong(70_000, 65_536))
