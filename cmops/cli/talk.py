"""``cmops talk``: does what a comment on GitHub asks for, if its author may, and answers there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import click

from cmops.cli.branch import held_back, moved, previewed
from cmops.cli.ledger import desk, meant, remind
from cmops.cli.thread import Thread
from cmops.errors import CmopsError
from cmops.github import comments, people, place
from cmops.github.people import Permission
from cmops.github.session import Repository, connect
from cmops.ledger.entries import Scope
from cmops.project import Project
from cmops.publish import pause as pausing
from cmops.publish.naming import name_of
from cmops.publish.plan import Delivery
from cmops.publish.reasons import State
from cmops.publish.report import say_error
from cmops.publish.resolve import resolve_published
from cmops.publish.results import Outcome
from cmops.publish.retract import Deletion, retract
from cmops.review.event import Said, said
from cmops.review.quoting import code, inline
from cmops.review.talk import Misunderstood, Verb, Wish, read

_STRANGER = "talk:stranger"
_JUST_NOW = timedelta(hours=1)


@click.command(help="workflows.talk.help")
@click.pass_obj
def talk(root: Path) -> None:
    """Answers once; whatever went wrong is said in the answer, where people are."""
    project = Project(root, fresh=True)
    project.require()
    heard = said(os.environ)
    wish = read(heard.text)
    if wish is None or not heard.person:
        return
    repository = connect(place.find(os.environ), os.environ)
    thread = Thread(project, repository, heard)
    name = f"talk:{heard.id}"
    if not _trusted(repository, heard):
        text = thread.say("stranger")
        name = _STRANGER
    elif comments.find(repository, heard.number, name):
        return  # the workflow was run again
    else:
        text = "\n".join(_answer(thread, wish))
    made = comments.put(repository, heard.number, name, text)
    click.echo(made.url)


def _trusted(repository: Repository, heard: Said) -> bool:
    return people.permission(repository, heard.login) >= Permission.WRITE


def _answer(thread: Thread, wish: Wish | Misunderstood) -> Iterator[str]:
    """What to say, once it is done."""
    if isinstance(wish, Misunderstood):
        yield thread.say(f"misunderstood.{wish.why}", said=code(wish.said))
        yield from ("", thread.say("usage"))
        return
    try:
        lines = list(_ACTS[wish.verb](thread, wish))
    except CmopsError as error:
        yield thread.say("failed", why=inline(thread.project.wording.error(error)))
        return
    yield from lines


def _help(thread: Thread, _: Wish) -> Iterable[str]:
    return (thread.say("usage"),)


def _pause(thread: Thread, wish: Wish) -> Iterator[str]:
    """Everything, or the channel that the first word names; the rest is the reason."""
    first, _, rest = wish.text.partition(" ")
    channel = first.lstrip("@")
    known = thread.project.workspace.settings.channels
    scope = Scope("channel", channel) if channel in known else Scope()
    reason = (rest if channel in known else wish.text).strip() or thread.heard.url
    remind(thread.project)
    with desk(thread.project) as (opened, _):
        pausing.pause(opened, scope, reason)
    yield inline(thread.project.wording.say(f"cli.pause.done-{scope.kind}", name=scope.name))
    yield from _too_late(
        thread, (each for each in thread.project.deliveries if _within(each, scope))
    )


def _resume(thread: Thread, wish: Wish) -> Iterator[str]:
    scope = Scope("channel", wish.names[0].lstrip("@")) if wish.names else Scope()
    with desk(thread.project) as (opened, outside):
        ended = pausing.resume(opened, scope, outside.clock.now())
    yield thread.project.wording.say("cli.resume.done", count=len(ended))


def _resolve(thread: Thread, wish: Wish) -> Iterator[str]:
    found, shown = meant(thread.project, wish.names[0])
    with desk(thread.project) as (opened, outside):
        now, name = outside.clock.now(), name_of(found)
        resolve_published(opened, found.record, name, wish.text, now)
    yield inline(thread.project.wording.say("cli.resolve.done-published", delivery=shown))


def _retract(thread: Thread, wish: Wish) -> Iterator[str]:
    """A tombstone first, which stops whoever is about to send; then what is live is deleted."""
    found, shown = meant(thread.project, wish.names[0])
    subject, wording = found.subject, thread.project.wording
    with desk(thread.project) as (opened, outside):
        reason = wish.text or thread.heard.url
        record = retract(subject.target, subject.channel, opened, reason)
        results = Deletion(outside.outlets, opened).delete([record])
        opened.push()
    left = [each for each in results if each.outcome is not Outcome.RETRACTED]
    yield inline(wording.say(f"cli.retract.{'still-live' if left else 'done'}", delivery=shown))
    for each in left:
        yield f"- {inline(say_error(each.error or '', wording))}"


def _too_late(thread: Thread, deliveries: Iterable[Delivery]) -> Iterator[str]:
    """What is being sent this minute, and what went out just before anybody spoke."""
    since = thread.project.now - _JUST_NOW
    for each in deliveries:
        name = code(str(name_of(each)))
        if each.state is State.CLAIMED:
            yield f"- {thread.say('in-hand', delivery=name)}"
        elif any(item.receipt.at >= since for item in each.record.live):
            yield f"- {thread.say('sent', delivery=name)}"


def _within(delivery: Delivery, scope: Scope) -> bool:
    subject = delivery.subject
    mine = scope.kind != "channel" or subject.channel == scope.name
    near = delivery.state is State.CLAIMED or delivery.state is State.PUBLISHED
    return mine and near and subject.action == "publish"


_ACTS: Mapping[Verb, Callable[[Thread, Wish], Iterable[str]]] = {
    Verb.PREVIEW: previewed,
    Verb.HOLD: held_back,
    Verb.AT: moved,
    Verb.PAUSE: _pause,
    Verb.RESUME: _resume,
    Verb.RESOLVE: _resolve,
    Verb.RETRACT: _retract,
    Verb.HELP: _help,
}
