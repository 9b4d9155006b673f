"""What a run says of each delivery, in words."""

from __future__ import annotations

import pytest

from cmops.publish.holds import OF_THE_POST
from cmops.publish.report import say_error
from cmops.publish.send import HOLDS
from cmops.wording import LANGUAGES, Wording

OTHERS = ("throttled", "unauthorised", "channel_rests", "parent_unpublished", "moved", "lease")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [*sorted(HOLDS | OF_THE_POST), *OTHERS])
def test_what_a_run_ends_with_is_said_in_a_whole_sentence(code: str, language: str) -> None:
    # A plan gives its reasons with values (until when, which line); a run only keeps their names.
    said = say_error(code, Wording(language))
    assert len(said.split()) > 1
    assert "{" not in said
