"""What a preview says in words, the same in every rendering; nothing here is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cmops.adapters.contract import Message
from cmops.adapters.messages import FIRST_COMMENT
from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.adapters.titles import title
from cmops.findings import Diagnostic
from cmops.review.changes import Cause, Kind, Turn
from cmops.review.sheets import Outlet, Preview, Sheet
from cmops.wording import Wording

_TIMES = 3
_PLAIN = ("spoiler", "reply_to", "quote", "repost", "title", "excerpt", "slug")
_LISTS = ("categories", "tags", "hashtags")
_USUAL = ("public", "post")


class Words:
    """Says things in one language."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.language = wording.language

    def say(self, phrase: str, **values: object) -> str:
        """A phrase of this room."""
        return self.wording.say(f"review.{phrase}", **values)

    def pair(self, name: str, value: str) -> str:
        """``name: value`` with the language's colon."""
        return self.say("pair", name=name, value=value)

    def title(self, shown: Preview) -> str:
        """What the whole is called."""
        if shown.batch is not None:
            return self.say("title.batch", batch=shown.batch, name=shown.name)
        return self.say("title", name=shown.name)

    def summary(self, shown: Preview) -> list[str]:
        """How many deliveries there are of each kind, and how much is wrong."""
        found = [self.say(f"count.{kind}", count=count) for kind, count in shown.counts.items()]
        wrong = shown.every_diagnostic
        errors = sum(each.severity == "error" for each in wrong)
        for name, count in (("errors", errors), ("warnings", len(wrong) - errors)):
            found += [self.wording.say(f"cli.validate.{name}", count=count)] if count else []
        return found or [self.say("nothing")]

    def kind(self, kind: Kind) -> str:
        """What happens, in a word or two."""
        return self.say(f"kind.{kind}")

    def network(self, outlet: Outlet) -> str:
        """What people call the outlet's platform; its name where there is no adapter for it."""
        name = outlet.change.subject.platform
        try:
            return title(adapter(name).platform, self.wording)
        except UnknownPlatform:
            return name

    def what(self, outlet: Outlet) -> str:
        """What happens there, as a sentence; empty where its word says it all."""
        kind = outlet.change.kind
        said = [self.say(f"what.{kind}")] if self.wording.has(f"review.what.{kind}") else []
        if outlet.change.cause is Cause.SETTINGS and kind is Kind.CHANGED:
            said.append(self.say("what.settings"))
        return " ".join(said)

    def when(self, turn: Turn | None) -> str:
        """The time with its weekday, local and UTC; for what repeats, its first ones."""
        times = [each for each in turn.times if each] if turn else []
        if not times:
            return self.say("no-time")
        said = [self.moment(each) for each in times[:_TIMES]]
        rest = len(times) - _TIMES
        return " ; ".join([*said, *([self.say("more-times", count=rest)] if rest > 0 else [])])

    def moment(self, at: datetime) -> str:
        """``mardi 1er décembre 2026, 12:15 (11:15 UTC)``."""
        utc = at.astimezone(UTC)
        form = "%H:%M" if utc.date() == at.date() else "%Y-%m-%d %H:%M"
        return f"{self.wording.day_and_time(at)} ({utc:{form}} UTC)"

    def short(self, at: datetime) -> str:
        """``lun. 30 nov.``: a day where there is little room."""
        say = self.wording.say
        weekday, month = say(f"pages.weekday.{at.isoweekday()}"), say(f"pages.month.{at.month}")
        number = say("pages.first") if at.day == 1 else str(at.day)
        return self.say("short", weekday=weekday, day=number, month=month)

    def timing(self, outlet: Outlet) -> Iterator[str]:
        """What is to be known of its time beside the time: the one before, its end."""
        change = outlet.change
        if change.moved and change.before and change.after:
            if change.before.times != change.after.times:
                yield self.say("before", when=self.when(change.before))
            else:
                yield self.say("limits-moved")
        turn = change.after
        if turn and turn.subject.expires and turn.subject.expires != turn.removed_at:
            yield self.say("expires", when=self.wording.day_and_time(turn.subject.expires))
        if turn and turn.removed_at:
            yield self.say("removed", when=self.wording.day_and_time(turn.removed_at))

    def neighbours(self, outlet: Outlet) -> str:
        """What else the channel sends that day."""
        if outlet.change.kind not in (Kind.NEW, Kind.CHANGED, Kind.MOVED, Kind.BATCH):
            return ""
        if not outlet.change.after or not outlet.change.after.subject.at:
            return ""
        if not outlet.neighbours:
            return self.say("alone")
        near = ", ".join(f"{each.at:%H:%M} {each.title}" for each in outlet.neighbours)
        return self.say("neighbours", near=near)

    def reason(self, outlet: Outlet) -> str:
        """Why it will not go out as it stands."""
        if outlet.reason is None:
            return ""
        said = self.wording.say(outlet.reason.phrase, **outlet.reason.values)
        return self.say("stopped", reason=said)

    def counts(self, outlet: Outlet) -> str:
        """How long each message is, how long it may be, and what sending them costs."""
        said = [self.count(*each) for each in outlet.counts]
        if outlet.cost is not None:
            said.append(self.say("cost", cost=outlet.cost.words))
        return " · ".join(said)

    def count(self, length: int, most: int | None) -> str:
        """``212 / 500``."""
        number = self.wording.number
        return f"{number(length)} / {number(most)}" if most else self.say("length", count=length)

    def finding(self, each: Diagnostic) -> str:
        """``error CM501 …`` with its line and hint."""
        kind = self.wording.say(f"cli.severity.{each.severity}")
        hint = f" ({each.hint})" if each.hint else ""
        said = f"{kind} {each.code}, {self.say('line', line=each.line)}"
        return self.pair(said, f"{each.message}{hint}")

    def facts(self, sheet: Sheet) -> list[str]:
        """What the post belongs to."""
        return [self.say(f"fact.{name}", value=value) for name, value in sheet.facts]

    def part(self, message: Message, index: int, count: int) -> str:
        """Which message of a thread it is; empty where there is only one."""
        if message.fields.get("role") == FIRST_COMMENT:
            return self.say("first-comment")
        return self.say("part", number=index + 1, count=count) if count > 1 else ""

    def fields(self, message: Message) -> Iterator[tuple[str, str]]:
        """What goes with the text, but its media and its card: names and values."""
        fields = message.fields
        for name in _PLAIN:
            if fields.get(name):
                yield self.wording.field(name), str(fields[name])
        for name in _LISTS:
            if fields.get(name):
                yield self.wording.field(name), ", ".join(map(str, fields[name]))
        for name in ("format", "visibility"):
            value = fields.get(name)
            if value and value not in _USUAL:
                phrase = f"pages.{name}.{value}"
                known = self.wording.has(phrase)
                yield self.wording.field(name), self.wording.say(phrase) if known else str(value)

    def poll(self, poll: Mapping[str, Any]) -> str:
        """How one answers a poll, and how long."""
        hours = timedelta(seconds=poll["duration_seconds"]) / timedelta(hours=1)
        phrase = "poll.several" if poll.get("multiple") else "poll.one"
        return self.say(phrase, hours=f"{hours:g}")

    def alt(self, alt: str) -> str:
        """A picture's words, or that it has none."""
        return alt or self.say("no-alt")
