"""What a wrong document says of itself: code, place, and words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cmops.check.run import worded
from cmops.findings import Diagnostic
from cmops.wording import Wording
from cmops.workspace.load import load
from tests.conftest import CMOPS_YML, MakeWorkspace

MARK = "⟦"
UNFILLED = re.compile(r"\{\w+\}")
POST = "content/posts/a.md"


def post(front: str) -> dict[str, str]:
    return {POST: f"---\n{front}\n---\nTexte\n"}


def event(front: str) -> dict[str, str]:
    return {"calendar/events/e.md": f"---\nname: Jeu\n{front}\n---\n"}


def told(root: Path, language: str) -> list[Diagnostic]:
    loaded = load(root)
    return list(worded(loaded, loaded.findings, Wording(language)))


CASES = [
    ("CM101", post("title: a\nto: [mastodon]\n⟦hashtag: [x]"), "hashtags"),
    ("CM102", post("⟦title: a"), "to"),
    ("CM103", post("title: a\nto: ⟦mastodon"), "une liste"),
    ("CM103", post("title: ⟦{a: b}\nto: [mastodon]"), "un texte"),
    ("CM103", {"cmops.yml": f"{CMOPS_YML}    limits: {{text: ⟦beaucoup}}\n"}, "un nombre entier"),
    ("CM104", post("title: a\nto: [mastodon]\nstatus: ⟦prêt"), "idea, draft, ready"),
    ("CM105", post("title: a\nto: [mastodon]\ncampaign: ⟦Hiver 2026"), "Hiver 2026"),
    ("CM106", post("title: a\nto: [mastodon]\npublish_at: ⟦demain"), "demain"),
    (
        "CM107",
        {"cmops.yml": f"{CMOPS_YML}pillars: {{p: {{name: P, share: ⟦140}}}}\n"},
        "100",
    ),
    ("CM108", post(f"title: ⟦{'a' * 201}\nto: [mastodon]"), "201"),
    ("CM109", post("title: a\nto: ⟦[]"), "0"),
    ("CM110", post("title: a\nto: ⟦[mastodon, mastodon]"), "deux fois"),
    ("CM111", {"cmops.yml": f"{CMOPS_YML}  ⟦Mon Compte: {{platform: x}}\n"}, "Mon Compte"),
    (
        "CM102",
        {"content/media/a.mp4.yml": "⟦alt: {fr: Visite}\nurl: https://example.org/a.mp4\n"},
        "sha256",
    ),
    ("CM113", {"cmops.yml": CMOPS_YML.replace("MASTODON_TOKEN", "⟦s3cr3t")}, "token"),
    ("CM113", {"cmops.yml": CMOPS_YML.replace("{token: MASTODON_TOKEN}", "⟦s3cr3t")}, "secrets"),
    (
        "CM199",
        event("type: meetup\nstart: 2026-12-01 10:00\ncontest: ⟦{organiser: A}"),
        "pas permise",
    ),
]


@pytest.mark.parametrize(
    ("code", "files", "words"), CASES, ids=[f"{code}-{words}" for code, _, words in CASES]
)
def test_each_mistake_has_its_code_its_place_and_its_words(
    code: str, files: dict[str, str], words: str, workspace: MakeWorkspace
) -> None:
    root = workspace({path: text.replace(MARK, "") for path, text in files.items()})
    (path, text), *_ = files.items()
    line = next(n for n, line in enumerate(text.splitlines(), 1) if MARK in line)
    column = text.splitlines()[line - 1].index(MARK) + 1
    (found,) = told(root, "fr")
    assert (found.code, found.path, found.line, found.column) == (code, path, line, column)
    assert words in f"{found.message} {found.hint}".replace("\u00a0", " ")
    assert not UNFILLED.search(found.message)


@pytest.mark.parametrize(("code", "files", "words"), CASES)
def test_each_mistake_reads_otherwise_in_english(
    code: str, files: dict[str, str], words: str, workspace: MakeWorkspace
) -> None:
    root = workspace({path: text.replace(MARK, "") for path, text in files.items()})
    (french,), (english,) = told(root, "fr"), told(root, "en")
    assert french.message != english.message
    assert not UNFILLED.search(english.message)


def test_what_may_be_a_secret_is_in_no_message(workspace: MakeWorkspace) -> None:
    for wrong in ("{token: s3cr3t}", "s3cr3t", "[s3cr3t]", "{token: [s3cr3t]}"):
        root = workspace({"cmops.yml": CMOPS_YML.replace("{token: MASTODON_TOKEN}", wrong)})
        said = " ".join(map(str, told(root, "fr")))
        assert "CM113" in said
        assert "s3cr3t" not in said


def test_a_long_value_is_shortened(workspace: MakeWorkspace) -> None:
    root = workspace(post(f"title: a\nto: [mastodon]\ncampaign: {'A ' * 45}x"))
    (found,) = told(root, "fr")
    assert len(found.message) < 200


def test_every_mistake_of_a_document_is_told_at_once(workspace: MakeWorkspace) -> None:
    root = workspace(post("titel: a\nstatus: prêt\npublish_at: demain"))
    codes = [each.code for each in told(root, "fr")]
    assert sorted(codes) == ["CM101", "CM102", "CM102", "CM104", "CM106"]


def test_a_missing_settings_file_says_how_to_make_one(tmp_path: Path) -> None:
    (found,) = told(tmp_path, "fr")
    assert found.code == "CM201"
    assert "cmops init" in found.hint


def test_settings_of_a_later_version_are_not_half_read(workspace: MakeWorkspace) -> None:
    later = CMOPS_YML.replace("version: 1", "version: 2") + "nouveau: champ\n"
    (found,) = told(workspace({"cmops.yml": later}), "fr")
    assert found.code == "CM202"


def test_a_file_name_that_is_no_identifier_offers_one(workspace: MakeWorkspace) -> None:
    text = "---\ntitle: a\nto: [mastodon]\n---\nTexte\n"
    (found,) = told(workspace({"content/posts/Atelier d’été.md": text}), "fr")
    assert found.code == "CM203"
    assert "atelier-d-ete" in found.hint


def test_two_documents_of_one_name_are_both_found(workspace: MakeWorkspace) -> None:
    text = "---\ntitle: a\nto: [mastodon]\n---\nTexte\n"
    found = told(workspace({"content/posts/a.md": text, "content/posts/b/a.md": text}), "fr")
    assert [(each.code, each.path) for each in found] == [
        ("CM204", "content/posts/a.md"),
        ("CM204", "content/posts/b/a.md"),
    ]
