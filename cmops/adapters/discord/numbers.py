"""What Discord counts of a message and of a server."""

from __future__ import annotations

from cmops.adapters.contract import Metric
from cmops.adapters.counts import added, one
from cmops.http import Answer


def of_message(answer: Answer) -> dict[Metric, int]:
    """Reactions, the messages of the thread below it where it has one, and a poll's votes.

    Discord leaves reactions out where there are none.
    """
    found = {Metric.LIKES: added(answer.look("reactions"))}
    found |= one(Metric.COMMENTS, answer.look("thread", "message_count"))
    if isinstance(answer.look("poll", "results"), dict):
        found[Metric.VOTES] = added(answer.look("poll", "results", "answer_counts"))
    return found


def of_guild(answer: Answer) -> dict[Metric, int]:
    """Members, about."""
    return one(Metric.MEMBERS, answer.look("approximate_member_count"))
