from __future__ import annotations

from cmops.project import Project
from tests.conftest import MakeWorkspace

TEXT = "---\ntitle: Un titre\nto: [mastodon]\nstatus: ready\n{more}---\nBonjour  **à** tous\n"


def test_errors_are_all_that_is_wrong_without_the_warnings(workspace: MakeWorkspace) -> None:
    root = workspace(
        {
            "content/posts/a.md": TEXT.format(more="publish_at: 2030-01-07 09:30\n"),
            "content/posts/b.md": TEXT.format(more="campaign: nulle-part\n"),
            "content/posts/c.md": TEXT.format(more="autre: chose\n"),
        }
    )
    everything = Project(root).diagnostics
    severities = {each.severity.value for each in everything}
    assert severities == {"error", "warning"}
    errors = tuple(each for each in everything if each.severity == "error")
    first = Project(root)
    assert first.errors == errors
    assert first.diagnostics == everything
    assert first.errors == errors


def test_what_the_settings_raise_is_an_error_here_too(workspace: MakeWorkspace) -> None:
    root = workspace({"content/posts/a.md": TEXT.format(more="publish_at: 2030-01-07 09:30\n")})
    (warning,) = {each.code for each in Project(root).diagnostics if each.severity == "warning"}
    file = root / "cmops.yml"
    file.write_text(f"{file.read_text()}severities: {{{warning}: error}}\n")
    assert {each.code for each in Project(root).errors} == {warning}
