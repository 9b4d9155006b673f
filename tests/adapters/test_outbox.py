"""The outbox publishes to files: once, whole, inside the workspace, whoever else is writing."""

from __future__ import annotations

import dataclasses
import errno
import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import (
    Absent,
    Deletes,
    Edition,
    Edits,
    Found,
    Media,
    Message,
    ReadsBack,
    Sending,
    Sends,
    Unknown,
)
from cmops.adapters.outbox import Outbox, folder
from cmops.adapters.registry import sandbox
from cmops.failures import NotSent, Rejected, Unclear
from cmops.workspace.model import Channel

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

AT = datetime(2026, 12, 1, 12, 15, tzinfo=timezone(timedelta(hours=1)))
KEY = "ouverture~outbox~archive"
HELLO = Message("Bonjour à tous  \n", fields={"language": "fr"})


def channel(path: str = "outbox/archive") -> Channel:
    return Channel("archive", "outbox", path, "b", "Archive", "fr", settings={"path": path})


def outbox(root: Path, path: str = "outbox/archive") -> Outbox:
    return Outbox.create(channel(path), root=root)


def sending(index: int = 0, key: str = KEY) -> Sending:
    return Sending(key, index, "ouverture", AT, AT)


def content(root: Path, path: str = "outbox/archive", key: str = KEY) -> Any:
    return json.loads((root / path / f"{key}.json").read_text("utf-8"))


def test_a_delivery_is_one_file_that_says_all_of_it(tmp_path: Path, media: MakeMedia) -> None:
    message = Message("Bonjour", (media(),), {"language": "fr"})
    receipt = outbox(tmp_path).send(message, sending())
    assert (receipt.id, receipt.at, receipt.url) == (f"{KEY}.0", AT, None)
    assert content(tmp_path) == {
        "key": KEY,
        "post": "ouverture",
        "channel": "archive",
        "platform": "outbox",
        "at": "2026-12-01T12:15:00+01:00",
        "messages": [
            {
                "text": "Bonjour",
                "media": [
                    {
                        "path": "media/atelier.jpg",
                        "alt": "Un établi",
                        "type": "image/jpeg",
                        "size": 1000,
                        "sha256": media().sha256,
                        "width": 800,
                        "height": 600,
                    }
                ],
                "language": "fr",
            }
        ],
    }


def test_it_sends_reads_back_corrects_and_deletes(tmp_path: Path) -> None:
    kinds: tuple[Any, ...] = (Sends, ReadsBack, Edits, Deletes)
    assert all(isinstance(outbox(tmp_path), kind) for kind in kinds)


def test_the_same_message_twice_is_the_same_receipt_and_is_written_once(tmp_path: Path) -> None:
    first = outbox(tmp_path).send(HELLO, sending())
    before = (tmp_path / f"outbox/archive/{KEY}.json").stat()
    later = dataclasses.replace(sending(), at=AT + timedelta(hours=1))
    assert outbox(tmp_path).send(HELLO, later) == first
    assert (tmp_path / f"outbox/archive/{KEY}.json").stat() == before


def test_a_message_is_corrected_in_its_place_and_the_others_stay(tmp_path: Path) -> None:
    made = outbox(tmp_path)
    first, second = (made.send(Message(text), sending(n)) for n, text in enumerate(("Un", "Deux")))
    for _ in range(2):
        assert made.edit(second, Message("Deux, corrigé")) == second
    assert [each["text"] for each in content(tmp_path)["messages"]] == ["Un", "Deux, corrigé"]
    assert made.find(Message("Un"), sending()) == Found(first)


def test_what_is_gone_is_not_corrected(tmp_path: Path) -> None:
    made = outbox(tmp_path)
    first, second = (made.send(Message(text), sending(n)) for n, text in enumerate(("Un", "Deux")))
    made.delete(first)
    foreign = dataclasses.replace(second, id="ailleurs")
    for each in (first, foreign):
        with pytest.raises(Rejected) as caught:
            made.edit(each, HELLO)
        assert caught.value.code == "gone"
    made.delete(second)
    with pytest.raises(Rejected):
        made.edit(second, HELLO)


def test_something_else_in_its_place_is_rejected_and_stays(tmp_path: Path) -> None:
    outbox(tmp_path).send(HELLO, sending())
    with pytest.raises(Rejected) as caught:
        outbox(tmp_path).send(Message("Autre chose"), sending())
    assert caught.value.code == "different"
    assert content(tmp_path)["messages"][0]["text"] == HELLO.text


def test_a_thread_is_written_message_by_message_in_order(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    with pytest.raises(Rejected) as caught:
        box.send(Message("Deux"), sending(1))
    assert caught.value.code == "out_of_order"
    assert not (tmp_path / f"outbox/archive/{KEY}.json").exists()
    for index, text in enumerate(("Un", "Deux", "Trois")):
        assert box.send(Message(text), sending(index)).id == f"{KEY}.{index}"
    assert [each["text"] for each in content(tmp_path)["messages"]] == ["Un", "Deux", "Trois"]


@pytest.mark.parametrize(
    "text", ["", "é\u0301", "\r\n\t", "\x00", "\ud800", "👩‍👩‍👧", '"\\', "a" * 100_000]
)
def test_every_text_is_kept_to_the_character_and_found_again(tmp_path: Path, text: str) -> None:
    box, message = outbox(tmp_path), Message(text)
    receipt = box.send(message, sending())
    raw = (tmp_path / f"outbox/archive/{KEY}.json").read_bytes()
    assert json.loads(raw.decode("utf-8", "surrogatepass"))["messages"][0]["text"] == text
    assert box.find(message, sending()) == Found(receipt)
    assert box.send(message, sending()) == receipt


def test_what_was_not_sent_is_absent_and_what_is_different_is_unknown(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    assert box.find(HELLO, sending()) == Absent()
    assert not (tmp_path / "outbox").exists(), "looking makes no folder"
    receipt = box.send(HELLO, sending())
    assert box.find(HELLO, sending()) == Found(receipt)
    assert box.find(HELLO, sending(1)) == Absent()
    assert box.find(Message("Autre chose"), sending()) == Unknown()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b"\xff", b'{"messages": 1, "at": ""}'])
def test_a_damaged_file_is_in_doubt_and_is_not_overwritten(tmp_path: Path, damage: bytes) -> None:
    box = outbox(tmp_path)
    box.send(HELLO, sending())
    file = tmp_path / f"outbox/archive/{KEY}.json"
    file.write_bytes(damage)
    with pytest.raises(Unclear):
        box.send(HELLO, sending())
    assert file.read_bytes() == damage
    assert box.find(HELLO, sending()) == Unknown()


def test_deleting_takes_messages_out_and_then_the_file(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    receipts = [box.send(Message(text), sending(i)) for i, text in enumerate(("Un", "Deux"))]
    box.delete(receipts[1])
    assert [each["text"] for each in content(tmp_path)["messages"]] == ["Un"]
    box.delete(receipts[1])
    box.delete(receipts[0])
    assert list((tmp_path / "outbox/archive").iterdir()) == []
    box.delete(receipts[0])
    assert box.find(Message("Un"), sending()) == Absent()


def test_deleting_the_first_message_of_a_thread_leaves_the_place_of_the_second(
    tmp_path: Path,
) -> None:
    box = outbox(tmp_path)
    receipts = [box.send(Message(text), sending(i)) for i, text in enumerate(("Un", "Deux"))]
    box.delete(receipts[0])
    assert box.find(Message("Un"), sending(0)) == Absent()
    assert box.find(Message("Deux"), sending(1)) == Found(receipts[1])
    box.delete(receipts[1])
    assert list((tmp_path / "outbox/archive").iterdir()) == []


def test_deleting_where_nothing_ever_was_is_no_error(tmp_path: Path) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    elsewhere.mkdir()
    here.mkdir()
    outbox(here).delete(outbox(elsewhere).send(HELLO, sending()))
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "key", ["", ".", "..", "../a", "a/b", "a\\b", ".git", "a\0b", "a\nb", "a" * 300, " a"]
)
def test_a_key_that_is_no_file_name_is_rejected(tmp_path: Path, key: str) -> None:
    with pytest.raises(Rejected):
        outbox(tmp_path).send(HELLO, sending(key=key))
    assert outbox(tmp_path).find(HELLO, sending(key=key)) == Absent()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "path", ["", ".", "..", "../outside", "/tmp/outside", "a/../../b", ".git", ".git/hooks", "a\0b"]
)
def test_a_path_that_leaves_the_workspace_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with pytest.raises(NotSent) as caught:
        outbox(root, path).send(HELLO, sending())
    assert caught.value.code == "outside"
    assert [problem.code for problem in outbox(root, path).verify()] == ["CM520"]
    assert list(tmp_path.iterdir()) == [root]
    assert list(root.iterdir()) == []


def test_a_link_on_the_way_is_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "outbox").symlink_to(outside)
    with pytest.raises(NotSent) as caught:
        outbox(root).send(HELLO, sending())
    assert caught.value.code == "outside"
    assert list(outside.iterdir()) == []
    [problem] = outbox(root).verify()
    assert problem.values["reason"] == "outside"


def test_a_link_in_a_deliverys_place_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("{}")
    place = tmp_path / "root/outbox/archive"
    place.mkdir(parents=True)
    (place / f"{KEY}.json").symlink_to(secret)
    with pytest.raises(NotSent):
        outbox(tmp_path / "root").send(HELLO, sending())
    assert secret.read_text() == "{}"


def test_a_link_in_the_place_of_the_new_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    place = tmp_path / "outbox/archive"
    place.mkdir(parents=True)
    (place / ".new").symlink_to(victim)
    outbox(tmp_path).send(HELLO, sending())
    assert victim.read_text() == "mine"
    assert content(tmp_path)["key"] == KEY


def test_what_a_killed_run_left_behind_does_not_matter(tmp_path: Path) -> None:
    place = tmp_path / "outbox/archive"
    place.mkdir(parents=True)
    (place / ".new").write_text('{"half": ')
    outbox(tmp_path).send(HELLO, sending())
    assert [each.name for each in place.iterdir()] == [f"{KEY}.json"]


def failing(number: int) -> Callable[..., None]:
    def fail(*args: object, **options: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "read_only"),
        (errno.EACCES, "no_permission"),
        (errno.EIO, "io"),
    ],
)
def test_a_disk_that_fails_before_the_file_is_there_means_not_sent(
    tmp_path: Path, number: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = outbox(tmp_path)
    box.send(Message("Un"), sending())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(number))
        with pytest.raises(NotSent) as caught:
            box.send(Message("Deux"), sending(1))
    assert caught.value.code == code
    assert [each["text"] for each in content(tmp_path)["messages"]] == ["Un"]
    assert [each.name for each in (tmp_path / "outbox/archive").iterdir()] == [f"{KEY}.json"]
    assert box.send(Message("Deux"), sending(1)).id == f"{KEY}.1"


def test_a_disk_that_fails_once_the_file_is_there_leaves_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, real = outbox(tmp_path), os.fsync

    def only_files(file: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{file}"):  # noqa: PTH112
            raise OSError(errno.EIO, "no")
        real(file)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", only_files)
        with pytest.raises(Unclear):
            box.send(HELLO, sending())
    assert isinstance(box.find(HELLO, sending()), Found)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said_before_and_while_sending(tmp_path: Path) -> None:
    place = tmp_path / "outbox/archive"
    place.mkdir(parents=True)
    place.chmod(0o500)
    [problem] = outbox(tmp_path).verify()
    assert problem.values["reason"] == "no_permission"
    with pytest.raises(NotSent):
        outbox(tmp_path).send(HELLO, sending())


def test_a_file_where_the_folder_should_be_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("")
    with pytest.raises(NotSent):
        outbox(tmp_path).send(HELLO, sending())
    [problem] = outbox(tmp_path).verify()
    assert problem.at == ("channels", "archive", "path")


def test_verifying_makes_nothing(tmp_path: Path) -> None:
    assert list(outbox(tmp_path).verify()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_does_not_end_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "_WAIT", 0.05)
    with folder.Folder(tmp_path, "outbox/archive").opened():
        with pytest.raises(NotSent) as caught:
            outbox(tmp_path).send(HELLO, sending())
        assert caught.value.code == "busy"
        assert outbox(tmp_path).find(HELLO, sending()) == Unknown()


def _write(root: str, barrier: Any, number: int) -> None:
    box = outbox(Path(root))
    barrier.wait()
    for index in range(20):
        box.send(Message(f"message {index}"), sending(index))
        box.send(HELLO, sending(0, f"own-{number}-{index}"))


def test_writers_at_the_same_time_lose_and_double_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(4)
    writers = [
        context.Process(target=_write, args=(str(tmp_path), barrier, number)) for number in range(4)
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    assert [each.exitcode for each in writers] == [0] * 4
    texts = [each["text"] for each in content(tmp_path)["messages"]]
    assert texts == [f"message {index}" for index in range(20)]
    assert len(list((tmp_path / "outbox/archive").iterdir())) == 1 + 4 * 20


def test_a_process_killed_at_any_moment_leaves_whole_files(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]);"
        "import tests.adapters.test_outbox as t; box = t.outbox(Path(sys.argv[1]));"
        "print('ready', flush=True);"
        "[box.send(t.Message('m' * 50_000), t.sending(0, f'k{n}')) for n in range(100_000)]"
    )
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path), root], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    while len(list(tmp_path.glob("outbox/archive/*.json"))) < 20 and process.poll() is None:
        pass
    process.kill()
    process.communicate()
    files = list(tmp_path.glob("outbox/archive/k*.json"))
    assert len(files) >= 20
    assert all(json.loads(each.read_bytes())["messages"] for each in files)
    outbox(tmp_path).send(HELLO, sending())


def test_the_sandbox_writes_what_the_real_network_would_get(tmp_path: Path) -> None:
    real = Channel("toots", "mastodon", "a@b.example", "b", "Toots", "fr", settings={"url": "x"})
    box = sandbox(real, root=tmp_path)
    receipt = box.send(HELLO, sending(key="ouverture~mastodon~a@b.example"))
    file = content(tmp_path, "outbox/toots", "ouverture~mastodon~a@b.example")
    assert (file["channel"], file["platform"]) == ("toots", "mastodon")
    assert receipt.url is None


def test_what_the_sandbox_wrote_never_counts_as_live(tmp_path: Path) -> None:
    rehearsal, live = sandbox(channel(), root=tmp_path), outbox(tmp_path)
    assert isinstance(rehearsal, Outbox)
    rehearsal.send(Message("Un premier jet"), sending())
    assert live.find(Message("Un premier jet"), sending()) == Absent()
    live.send(HELLO, sending())
    assert content(tmp_path)["messages"][0]["text"] == HELLO.text
    with pytest.raises(Rejected):
        rehearsal.send(Message("Un second jet"), sending())
    assert isinstance(live.find(HELLO, sending()), Found)


def test_an_outbox_shows_link_and_hashtags_beside_an_untouched_text(edition: MakeEdition) -> None:
    [message] = Outbox.compose(
        edition("outbox", "Bonjour", link="https://example.org", hashtags=("atelier",))
    )
    assert message.text == "Bonjour"
    assert message.fields == {
        "language": "fr",
        "link": "https://example.org",
        "hashtags": ["atelier"],
    }


def test_utc_and_local_times_are_kept_as_they_are_given(tmp_path: Path) -> None:
    receipt = outbox(tmp_path).send(HELLO, dataclasses.replace(sending(), at=AT.astimezone(UTC)))
    assert content(tmp_path)["at"] == "2026-12-01T11:15:00+00:00"
    assert receipt.at == AT
