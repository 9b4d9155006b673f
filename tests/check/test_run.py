"""The engine: what is allowed, what is raised, what is said once, what is kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cmops.check.run import check, examine
from cmops.composed import Compositions
from cmops.findings import Diagnostic, Severity
from cmops.ledger.history import History
from cmops.media import Gallery
from cmops.workspace.cache import Cache
from cmops.workspace.load import load
from tests.check.checking import post, settings
from tests.conftest import MakeWorkspace

PATH = "content/posts/a.md"
NOW = datetime(2026, 12, 1, 12, tzinfo=ZoneInfo("Europe/Paris"))


def checked(root: Path, cache: Cache | None = None) -> tuple[Diagnostic, ...]:
    loaded = load(root, cache)
    gallery = Gallery(root)
    compositions = Compositions(loaded, gallery, cache)
    examined = examine(loaded, compositions, gallery, cache)
    return check(loaded, examined, History.of_entries(()), NOW)


def codes(root: Path) -> list[str]:
    return [each.code for each in checked(root)]


def allow(code: str) -> str:
    return f"cmops: {{allow: {{{code}: parce que}}}}"


def test_an_accepted_finding_is_not_told(workspace: MakeWorkspace) -> None:
    root = workspace({PATH: post(allow("CM620"), "Voir http://example.org/a\n")})
    assert codes(root) == []


def test_it_is_accepted_in_its_own_file_only(workspace: MakeWorkspace) -> None:
    files = {
        PATH: post(allow("CM620"), "Voir http://example.org/a\n"),
        "content/posts/b.md": post("", "Voir aussi http://example.org/b bientôt\n"),
    }
    (found,) = checked(workspace(files))
    assert (found.code, found.path) == ("CM620", "content/posts/b.md")


@pytest.mark.parametrize(
    ("code", "found"), [("CM620", "CM901"), ("CM999", "CM902"), ("CM103", "CM903")]
)
def test_an_allow_that_silences_nothing_is_found_at_its_code(
    code: str, found: str, workspace: MakeWorkspace
) -> None:
    (diagnostic,) = checked(workspace({PATH: post(allow(code))}))
    assert (diagnostic.code, diagnostic.line, diagnostic.column) == (found, 4, 17)


def test_what_keeps_a_file_from_being_read_cannot_be_accepted(workspace: MakeWorkspace) -> None:
    root = workspace({PATH: post(f"titel: oups\n{allow('CM101')}")})
    assert "CM101" in codes(root)


def test_a_warning_can_be_raised_to_an_error(workspace: MakeWorkspace) -> None:
    files = {
        "cmops.yml": settings("severities: {CM620: error}\n"),
        PATH: post("", "Voir http://example.org/a\n"),
    }
    (found,) = checked(workspace(files))
    assert found.severity is Severity.ERROR


def test_what_is_kept_from_an_earlier_run_says_the_same(
    workspace: MakeWorkspace, tmp_path: Path
) -> None:
    front = (
        "status: ready\npublish_at: 2026-12-06 02:30\nrepeat: FREQ=WEEKLY\n"
        "expires_at: 2026-12-01 10:00\nmedia: [media/x.jpg]\nlink: http://example.org/?fbclid=1"
    )
    root = workspace({PATH: post(front, "TODO **gras** et @personne\n")})
    first = checked(root, Cache(tmp_path / "cache", "1"))
    again = checked(root, Cache(tmp_path / "cache", "1"))
    assert len(first) > 5
    assert again == first


def test_what_is_wrong_with_the_settings_is_kept_until_they_change(
    workspace: MakeWorkspace,
) -> None:
    root = workspace({"cmops.yml": settings("styles: {bref: {extends: court}}\n")})
    for _ in range(2):
        cache = Cache(root, "1")
        assert [each.code for each in checked(root, cache)] == ["CM226"]
        cache.close()
    (root / "cmops.yml").write_text(settings("styles: {bref: {max_emoji: 1}}\n"), "utf-8")
    cache = Cache(root, "1")
    assert checked(root, cache) == ()
    cache.close()


def test_without_usable_settings_the_rest_is_still_read(workspace: MakeWorkspace) -> None:
    root = workspace({"cmops.yml": "version: 1\n", PATH: post("titel: oups")})
    assert {"CM101", "CM102"} <= set(codes(root))


def test_a_time_that_names_no_moment_is_not_called_missing_too(workspace: MakeWorkspace) -> None:
    front = "status: ready\npublish_at: 2027-03-28 02:30"
    assert codes(workspace({PATH: post(front)})) == ["CM301"]
