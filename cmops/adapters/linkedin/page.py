"""The network half for an organisation: the roles on its page, its numbers, its posts read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from cmops.adapters.contract import (
    Answer,
    Found,
    Guarantee,
    Message,
    Metric,
    Platform,
    Problem,
    Sending,
)
from cmops.adapters.counts import counted, one
from cmops.adapters.linkedin import LinkedIn, looking
from cmops.adapters.linkedin.account import POSTS, Account, urn_of
from cmops.adapters.linkedin.addresses import escaped, listed
from cmops.adapters.linkedin.api import elements
from cmops.adapters.messages import FIRST_COMMENT
from cmops.adapters.verifying import lacking, other_account
from cmops.failures import NotSent, Rejected
from cmops.ledger.entries import Receipt

ROLES = (
    "ADMINISTRATOR",
    "CONTENT_ADMINISTRATOR",
    "CONTENT_ADMIN",
    "DIRECT_SPONSORED_CONTENT_POSTER",
)
"""Who may post on a page; the documentation calls the second one by two names."""

_AT_ONCE = 20
_COUNTS = {
    "impressionCount": Metric.IMPRESSIONS,
    "uniqueImpressionsCount": Metric.REACH,
    "likeCount": Metric.LIKES,
    "commentCount": Metric.COMMENTS,
    "shareCount": Metric.SHARES,
    "clickCount": Metric.CLICKS,
}


class Page(Account):
    """One organisation, written for with the token of a member who has a role on its page."""

    def verify(self) -> Iterator[Problem]:
        """Whether the token's member may post on the page."""
        path = "/rest/organizationAcls?q=roleAssignee&state=APPROVED&count=100"
        roles: dict[str, set[str]] = {}
        for each in elements(self._api.read("GET", path)):
            name = each.get("organization") or each.get("organizationTarget")
            roles.setdefault(str(name), set()).add(str(each.get("role")))
        if self._author not in roles:
            found = ", ".join(sorted(roles)) or "urn:li:person:…"
            yield other_account(self._channel, self.platform, found)
        elif not roles[self._author] & set(ROLES):
            yield lacking(self._channel, self.platform, (" / ".join(ROLES[:2]),))

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """What LinkedIn counts of the page's posts; comments have no numbers of their own."""
        found: dict[str, Mapping[Metric, int]] = {}
        posts = [each.id for each in receipts if "comment" not in dict(each.extra)]
        for start in range(0, len(posts), _AT_ONCE):
            asked = posts[start : start + _AT_ONCE]
            for kind, name in (("share", "shares"), ("ugcPost", "ugcPosts")):
                urns = [each for each in asked if each.startswith(f"urn:li:{kind}:")]
                found |= self._statistics(kind, name, urns) if urns else {}
        return found

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many people follow the page."""
        edge = "edgeType=COMPANY_FOLLOWED_BY_MEMBER"
        said = self._api.read("GET", f"/rest/networkSizes/{escaped(self._author)}?{edge}")
        return one(Metric.FOLLOWERS, said.look("firstDegreeSize"))

    def _statistics(self, kind: str, name: str, urns: list[str]) -> dict[str, Mapping[Metric, int]]:
        about = f"q=organizationalEntity&organizationalEntity={escaped(self._author)}"
        path = f"/rest/organizationalEntityShareStatistics?{about}&{name}={listed(urns)}"
        return {
            str(each.get(kind)): counted(each.get("totalShareStatistics"), _COUNTS)
            for each in elements(self._api.read("GET", path))
        }


class ReadPage(Page):
    """The same where the application may read the page back."""

    platform: ClassVar[Platform] = replace(LinkedIn.platform, guarantee=Guarantee.READS_BACK)

    def verify(self) -> Iterator[Problem]:
        """Whether the token's member may post on the page, and read it back."""
        problems = list(super().verify())
        yield from problems
        if problems:
            return
        try:
            path = f"{POSTS}?author={escaped(self._author)}&q=author&count=1"
            self._api.read("GET", path, headers={"X-RestLi-Method": "FINDER"})
        except NotSent as failure:
            if failure.code != "linkedin_permission":
                raise
            yield lacking(self._channel, self.platform, ("r_organization_social",))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Publishes; what LinkedIn calls a duplicate may be this very message, sent before."""
        try:
            return super().send(message, sending)
        except Rejected as refused:
            if refused.code != "linkedin_duplicate":
                raise
            found = self.find(message, sending)
            if isinstance(found, Found):
                return found.receipt
            raise

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the post is on the page, all of its posts since the claim read.

        A post that somebody has edited meanwhile is not recognised by its words any more.
        """
        fields = message.fields
        if fields.get("role") == FIRST_COMMENT:
            head = sending.before[0]
            return self._find_comment(dict(head.extra).get("below") or head.id, message, sending)
        if fields.get("reply_to"):
            return self._find_comment(urn_of(fields["reply_to"]), message, sending)
        shared = fields.get("repost") or fields.get("quote")
        parent = urn_of(shared, shares=True) if shared else None
        # A poll without a question of its own has its words there, and none beside it.
        asked = bool(fields.get("poll")) and not fields.get("question")
        wanted = looking.Wanted("" if asked else message.text, parent)

        def keep(item: Mapping[str, Any], at: datetime) -> Receipt:
            return self._posted(str(item["id"]), at, message)

        return looking.posts(self._api, self._author, wanted, sending, keep)

    def _find_comment(self, below: str, message: Message, sending: Sending) -> Answer:
        def keep(item: Mapping[str, Any], at: datetime) -> Receipt:
            id = str(item["id"])
            urn = item.get("commentUrn") or f"urn:li:comment:({below},{id})"
            return self._commented(str(urn), id, below, at)

        return looking.comments(self._api, below, self._author, message.text, sending, keep)
