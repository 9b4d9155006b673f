"""The tuples of rules: nothing is forgotten, and no text makes a rule fall over."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import cmops.check
from cmops.check.rule import Case
from cmops.check.rules import DOCUMENT_RULES, SETTINGS_RULES, WORKSPACE_RULES
from cmops.compose import compose
from cmops.composed import Version
from cmops.findings import BODY, Finding
from cmops.media import Gallery
from cmops.shaping import edition
from cmops.workspace.model import Channel, Post, Settings, Style, Workspace
from cmops.workspace.model.playbooks import BannedTerm, Editorial

CHANNEL = Channel("a", "mastodon", "a@example.org", "b", "A", "fr")
SETTINGS = Settings(
    "A",
    "fr",
    "Europe/Paris",
    {},
    {"a": CHANNEL},
    styles={
        "default": Style(None, "vous", 0, 0, 1, "camel", 0, 1),
    },
    mentions={"moi": {"x": "@moi"}},
)
WORKSPACE = Workspace(
    ".", SETTINGS, editorial=Editorial(path="e", banned=(BannedTerm("client*", "non"),))
)
# What the rules look for, so that random texts meet them.
PIECES = [
    ":::",
    "::: a\n",
    "---\n",
    "\n\n",
    "http://",
    "https://a.example/",
    "@moi",
    "#unmot",
    "TODO",
    "[lien]",
    "**",
    "clients",
    "TOUT EN CAPITALES ICI",
    "!",
    "🎉",
    "\u200b",
    "\u202e",
    "pub",
    "vous",
    "tu ",
    "tirage au sort",
    "code promo",
    "```\n",
    "| a |\n|---|\n",
    "https://[::1",
    "https://u:p@h",
]
BODIES = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=12).map(
    "".join
)


def found(body: str) -> list[Finding]:
    post = Post(id="p", path="p.md", title="p", to=("a",), body=body, status="ready")
    gallery = Gallery(Path("/nonexistent"))
    made = edition(post, CHANNEL, WORKSPACE, gallery)
    case = Case(post, WORKSPACE, (Version(CHANNEL, made, compose(made)),), gallery)
    return [finding for rule in DOCUMENT_RULES for finding in rule(case)]


@given(BODIES)
@settings(max_examples=100, deadline=None)
def test_no_text_makes_a_rule_fall_over_and_every_place_is_in_it(body: str) -> None:
    for finding in found(body):
        if finding.at[:1] == (BODY,):
            place = finding.at[1]
            assert isinstance(place, int)
            assert 0 <= place <= len(body)


ONE_THING = (["Case"], ["Scene"], ["Workspace"])
"""What a rule is given."""


def test_every_rule_that_is_written_runs() -> None:
    written: set[object] = set()
    for path in Path(cmops.check.__path__[0]).glob("*.py"):
        module = import_module(f"cmops.check.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            parameters = [
                each.annotation for each in inspect.signature(function).parameters.values()
            ]
            returned = inspect.signature(function).return_annotation
            if parameters in ONE_THING and returned == "Iterator[Finding]":
                written.add(function)
    assert written == {*DOCUMENT_RULES, *SETTINGS_RULES, *WORKSPACE_RULES}
