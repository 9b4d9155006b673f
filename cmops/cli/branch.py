"""Decisions about a pull request: its preview made anew, and edits as commits on its branch.

Of the pull request only files are read, as data, by the program that main has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from cmops.cli.change import Both, both, preview_of
from cmops.cli.comment import NAME
from cmops.cli.thread import Thread
from cmops.errors import CmopsError, UsageError
from cmops.git.pushing import PushAnswer
from cmops.git.worktree import prefix
from cmops.github import comments, runs
from cmops.github.errors import GitHubError
from cmops.publish.keys import parse_name
from cmops.publish.reasons import State
from cmops.review.amend import with_value, without_channel
from cmops.review.comment import Addresses, comment
from cmops.review.quoting import code, inline
from cmops.review.talk import Wish
from cmops.review.words import Words
from cmops.workflows.files import path as file_of
from cmops.workspace import time
from cmops.workspace.model import Post

_GONE = frozenset({State.CLAIMED, State.PUBLISHED, State.UNCLEAR, State.HANDED})
"""What is out already, or may be: an edit comes too late for it."""


def previewed(thread: Thread, _: Wish) -> Iterator[str]:
    """The preview, in the one comment that has it."""
    yield thread.say("previewed", url=_preview(thread, _change(thread, thread.pull.head_commit)))


def held_back(thread: Thread, wish: Wish) -> Iterator[str]:
    """Posts become drafts again, or leave out one of their channels."""
    change = _open_change(thread)
    posts = _touched(change)
    names = wish.names or tuple(posts)
    if not names:
        raise UsageError("workflows.talk.no-posts")
    edits = _Edits(thread)
    for name in names:
        post, channel = _post_of(name, posts, change)
        if _is_gone(change, post, channel):
            yield f"- {thread.say('too-late', delivery=code(name))}"
        elif channel is None or post.to == (channel,):
            edits.make(post, with_value(post.path, edits.text(post), "status", "draft"))
            yield f"- {thread.say('held', post=code(post.id))}"
        else:
            edits.make(post, without_channel(post.path, edits.text(post), channel))
            yield f"- {thread.say('left-out', post=code(post.id), channel=code(channel))}"
    yield from edits.committed(f"cmops: hold {' '.join(names)}")


def moved(thread: Thread, wish: Wish) -> Iterator[str]:
    """One post gets another time."""
    change = _open_change(thread)
    zone = change.after.workspace.zone
    try:
        at = time.moment(wish.text, zone)
    except ValueError:
        raise UsageError("cli.not-a-time", time=wish.text) from None
    if at <= thread.project.now:
        raise UsageError("workflows.talk.past", when=at)
    posts = _touched(change)
    if not wish.names and len(posts) != 1:
        raise UsageError("workflows.talk.which-post", posts=tuple(posts))
    post, _ = _post_of(wish.names[0] if wish.names else next(iter(posts)), posts, change)
    if _is_gone(change, post, None):
        yield thread.say("too-late", delivery=code(post.id))
        return
    edits = _Edits(thread)
    edits.make(post, with_value(post.path, edits.text(post), "publish_at", wish.text))
    when = thread.project.wording.day_and_time(at)
    yield thread.say("moved", post=code(post.id), when=when)
    own = [id for id, each in post.variants.items() if each.publish_at is not None]
    if own:
        yield thread.say("own-times", channels=inline(", ".join(own)))
    yield from edits.committed(f"cmops: {post.id} at {wish.text}")


class _Edits:
    """Files of the branch to be replaced, all in one commit."""

    def __init__(self, thread: Thread) -> None:
        self.thread = thread
        self._made: dict[str, bytes] = {}

    def text(self, post: Post) -> bytes:
        """The post's file as it is on the branch, or as it was edited."""
        path = f"{prefix(self.thread.git)}{post.path}"
        if path in self._made:
            return self._made[path]
        found = self.thread.git.show(self.thread.pull.head_commit, path)
        if found is None:
            raise CmopsError("workflows.talk.cannot-edit", path=post.path)
        return found

    def make(self, post: Post, text: bytes) -> None:
        """Takes the file's new text."""
        self._made[f"{prefix(self.thread.git)}{post.path}"] = text

    def committed(self, message: str) -> Iterator[str]:
        """Pushes the commit, shows the preview of it and starts its check; says what came of it."""
        if not self._made:
            return
        thread, git, pull = self.thread, self.thread.git, self.thread.pull
        blobs = {path: git.hash_object(text) for path, text in self._made.items()}
        tree = git.tree_with(pull.head_commit, blobs)
        now = int(thread.project.now.timestamp())
        commit = git.commit_tree(tree, pull.head_commit, f"{message} (#{pull.number})\n", now)
        ref = f"refs/heads/{pull.head}"
        done = git.push(thread.remote, commit, ref, pull.head_commit)
        if done.answer is not PushAnswer.WON:
            raise CmopsError("workflows.talk.not-pushed", branch=pull.head, reason=done.reason)
        yield ""
        yield thread.say("committed", commit=commit[:10])
        try:
            runs.start(thread.repository, Path(file_of("check")).name, pull.head)
        except GitHubError:
            yield thread.say("not-checked")
        _preview(thread, _change(thread, commit))


def _open_change(thread: Thread) -> Both:
    """What the pull request changes, if it can still be changed itself. Raises UsageError."""
    pull = thread.pull
    if pull.merged:
        raise UsageError("workflows.talk.merged")
    if pull.state != "open":
        raise UsageError("workflows.talk.closed")
    if pull.fork:
        raise UsageError("workflows.talk.fork", branch=pull.head)
    return _change(thread, pull.head_commit)


def _change(thread: Thread, head: str) -> Both:
    git, pull = thread.git, thread.pull
    for ref in (f"refs/heads/{pull.base}", f"refs/pull/{pull.number}/head"):
        git.fetch(thread.remote, ref)
    if git.commit(head) is None:
        git.fetch(thread.remote, f"refs/heads/{pull.head}")
    base = git.ls_remote(thread.remote, f"refs/heads/{pull.base}") or pull.base_commit
    return both(thread.project, base, head)


def _preview(thread: Thread, change: Both) -> str:
    """Puts the preview of a state of the pull request into its comment; the comment's address."""
    where, pull = thread.repository.place, thread.pull
    shown = where.server.startswith("https://") and pull.source is not None
    media = f"{where.server}/{pull.source}/raw/{change.span.head}" if shown else None
    words = Words(thread.project.wording)
    text = comment(preview_of(change), words, Addresses(media))
    return comments.put(thread.repository, pull.number, NAME, text).url


def _touched(change: Both) -> Mapping[str, Post]:
    """The posts whose files the pull request changes."""
    posts = change.after.workspace.posts
    return {id: post for id, post in posts.items() if post.path in change.span.files}


def _post_of(name: str, posts: Mapping[str, Post], change: Both) -> tuple[Post, str | None]:
    """The post, and the channel, that a person named. Raises UsageError."""
    id, channel = name, None
    if "@" in name:
        meant = parse_name(name)
        id, channel = meant.post, meant.channel
    post = posts.get(id) or change.after.workspace.posts.get(id)
    if post is None or (channel is not None and channel not in post.to):
        raise UsageError("workflows.talk.no-such-post", name=name, posts=tuple(posts))
    return post, channel


def _is_gone(change: Both, post: Post, channel: str | None) -> bool:
    return any(
        each.state in _GONE
        for each in change.after.deliveries
        if each.subject.post == post.id and channel in (None, each.subject.channel)
    )
