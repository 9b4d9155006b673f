"""Replies to, quotes and reposts of our own posts, named by their ids."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from cmops.cli.main import run

POSTS = {
    "content/posts/question.md": (
        "---\ntitle: Question\nto: [archive]\nstatus: ready\npublish_at: {at}\n---\n"
        "À quoi sert-il ?\n"
    ),
    "content/posts/reponse.md": (
        "---\ntitle: Réponse\nto: [archive]\nstatus: ready\npublish_at: {at}\n"
        "reply_to: question\n---\nÀ raboter.\n"
    ),
}


def files(question: str, answer: str) -> dict[str, str]:
    first, second = POSTS.items()
    return {first[0]: first[1].format(at=question), second[0]: second[1].format(at=answer)}


def sent(root: Path) -> dict[str, str]:
    found = {}
    for file in (root / "outbox" / "archive").glob("*.json"):
        delivery = json.loads(file.read_text("utf-8"))
        found[delivery["post"]] = delivery["messages"][0].get("reply_to", "")
    return found


def publish(root: Path, at: str) -> int:
    return run(["-C", str(root), "publish", "--sandbox", "--at", at])


def test_a_reply_gets_the_address_of_what_it_answers(workspace: Callable[..., Path]) -> None:
    root = workspace(files("2026-12-01 10:00", "2026-12-01 14:00"))
    assert publish(root, "2026-12-01 10:00") == 0
    assert publish(root, "2026-12-01 14:00") == 0
    replies = sent(root)
    assert replies["question"] == ""
    assert replies["reponse"].startswith("question~outbox~")


def test_a_reply_is_held_while_what_it_answers_is_not_live(workspace: Callable[..., Path]) -> None:
    root = workspace(files("2026-12-01 10:00", "2026-12-01 14:00"))
    # Nobody ran publish before 17:00: the question is missed, so the answer answers nothing.
    assert publish(root, "2026-12-01 17:00") == 1
    assert sent(root) == {}
    named = ["-C", str(root), "publish", "--sandbox", "--at", "2026-12-01 17:00"]
    assert run([*named, "question@archive"]) == 0
    assert publish(root, "2026-12-01 17:01") == 0
    assert set(sent(root)) == {"question", "reponse"}
