from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import MakeWorkspace
from tests.publish.scene import Scene, post


def sent(root: Path) -> dict[str, list[str]]:
    return {
        path.parent.name + "/" + path.name: [
            m["text"] for m in json.loads(path.read_text())["messages"]
        ]
        for path in sorted((root / "outbox").rglob("*.json"))
    }


def test_what_is_due_is_published_once_and_a_second_run_publishes_nothing(
    workspace: MakeWorkspace,
) -> None:
    scene = Scene(workspace({"content/posts/a.md": post(to="[archive, mastodon]")}))
    first = scene.publish()
    assert first.counts["published"] == 2
    assert len(sent(scene.root)) == 2
    second = scene.publish()
    assert second.deliveries == ()
    assert set(scene.states().values()) == {"published"}
