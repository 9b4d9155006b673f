from __future__ import annotations

from cmops.workflows import step
from cmops.workflows.files import Values, path, workflow

VALUES = Values("acme/cmops@" + "a" * 40, ("7 */2 * * *",), secrets=("A_TOKEN",))
PUBLISH = workflow("publish", VALUES)
MARK = "      # yours: steps of your own\n"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


def codes(found: str, made: str = PUBLISH) -> list[tuple[str, tuple[int, int] | None]]:
    return [(each.code, each.place) for each in step.findings(path("publish"), found, made)]


def test_what_belongs_to_its_owners_is_no_difference_and_is_kept() -> None:
    newer = "actions/checkout@" + "d" * 40 + " # v8.0.0"
    theirs = (
        PUBLISH.replace(MARK, f"{MARK}      - run: fc-list\n")
        .replace("runs-on: ubuntu-24.04", "runs-on: [self-hosted, linux]")
        .replace("timeout-minutes: 45", "timeout-minutes: 20")
        .replace(CHECKOUT, newer)
        .replace("acme/cmops@" + "a" * 40, "acme/cmops@" + "b" * 40)
        .replace("\n", "\r\n")
    )
    assert codes(theirs) == []
    again = step.kept(theirs, PUBLISH)
    for each in ("- run: fc-list", "[self-hosted, linux]", "timeout-minutes: 20", newer):
        assert each in again
    assert step.action(theirs) == "acme/cmops@" + "b" * 40
    assert codes(again) == []


def test_an_older_pin_gives_way_to_ours() -> None:
    older = "actions/checkout@" + "d" * 40 + " # v4.2.2"
    assert CHECKOUT in step.kept(PUBLISH.replace(CHECKOUT, older), PUBLISH)


def test_a_change_outside_of_the_marks_is_told_on_its_line() -> None:
    theirs = PUBLISH.replace("contents: write #", "contents: read #")
    line = PUBLISH.splitlines().index("      contents: write # the history's branch") + 1
    assert codes(theirs) == [("CM957", (line, 1))]
    assert step.kept(theirs, PUBLISH) == PUBLISH


def test_a_secret_that_the_workflow_lacks_is_told() -> None:
    wanted = workflow("publish", Values(VALUES.action, VALUES.schedule, secrets=("A_TOKEN", "B")))
    found = list(step.findings(path("publish"), PUBLISH, wanted))
    assert [each.values["wanted"] for each in found] == ["B: ${{ secrets.B }}"] * 2


def test_a_mark_without_its_end_hides_nothing() -> None:
    theirs = PUBLISH.replace("      # end of yours\n", "", 1)
    assert "CM957" in {code for code, _ in codes(theirs)}


def test_an_empty_file_is_told() -> None:
    assert codes("") == [("CM957", (1, 1))]


def test_an_action_without_a_commit_is_told() -> None:
    theirs = PUBLISH.replace(CHECKOUT, "actions/checkout@v7")
    theirs = theirs.replace(MARK, f"{MARK}      - uses: somebody/else@main\n")
    assert [code for code, _ in codes(theirs)] == ["CM959", "CM959"]
    assert CHECKOUT in step.kept(theirs, PUBLISH)
