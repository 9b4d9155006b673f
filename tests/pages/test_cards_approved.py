"""Who approved a post is told on its card, to whoever may know."""

from __future__ import annotations

import re
from pathlib import Path

from cmops.pages import build
from cmops.pages.page import Html
from cmops.pages.view import View
from cmops.project import Project
from cmops.workspace.model import SitePart
from tests.cli.approving import Make, Team, hub, policy, ready, team
from tests.cli.conftest import cmops

__all__ = ["cmops", "hub", "team"]

A = "content/posts/a.md"
FILES = {A: ready("Bonjour"), "content/posts/b.md": ready("Autre chose")}
RULES = "    - by: {any: [direction, relecture]}\n"
TOLD = re.compile(r'<p class="cmops-approved">(.*?)</p>')


def cards(here: Team, *without: SitePart, sandbox: bool = False) -> dict[str, str]:
    """What the pages of posts say, by the post."""
    built = build(Project(here.root, sandbox=sandbox), view=View(None, frozenset(without)))
    pages = [page for page in built.pages if re.match(r"posts/\d", page.path)]
    parts = [part.text for page in pages for part in page.parts if isinstance(part, Html)]
    return {name: part for part in parts for name in "ab" if f"<code>content/posts/{name}" in part}


def test_a_card_says_whose_word_counts_until_the_text_changes(team: Make, tmp_path: Path) -> None:
    here = team(policy(RULES))
    here.merge(here.pull(FILES))
    before = cards(here)
    assert not any(TOLD.findall(text) for text in before.values())
    assert all("cmops-is-held" in text for text in before.values())

    proof = tmp_path / "reponse.eml"
    proof.write_bytes(b"From: direction\n\nBon pour moi.\n")
    said = here.run("approve", "--on-behalf", "direction", "--proof", str(proof), "a@archive")
    assert said.code == 0, said.err

    after = cards(here)
    assert TOLD.findall(after["a"]) == ["validation par e-mail : Direction"]
    assert "cmops-is-waiting" in after["a"]
    assert not TOLD.findall(after["b"])
    assert "cmops-is-held" in after["b"]
    assert not TOLD.findall(cards(here, SitePart.APPROVALS)["a"])

    (here.root / A).write_text(FILES[A].replace("Bonjour", "Bonsoir"))
    assert not TOLD.findall(cards(here)["a"])


def test_the_rehearsal_holds_nothing_and_says_whose_word_would_be_missing(team: Make) -> None:
    here = team(policy(RULES))
    here.merge(here.pull(FILES))
    asked = "cmops-asked"

    rehearsed = cards(here, sandbox=True)
    assert all("cmops-is-waiting" in text and asked in text for text in rehearsed.values())
    assert "Direction" in rehearsed["a"].split(asked)[1].split("</p>")[0]
    assert not any(asked in text for text in cards(here).values())
    assert not any(asked in text for text in cards(here, SitePart.APPROVALS, sandbox=True).values())
