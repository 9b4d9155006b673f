"""One channel on its way from a token to ``cmops.yml``, by what ``cmops connect`` was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

import click

from cmops.adapters import registry
from cmops.adapters.contract import Platform
from cmops.cli import output
from cmops.cli.conversation import Talk
from cmops.cli.entrance import Entrance
from cmops.cli.keeper import Keeper, asked_keeper
from cmops.connect import installing
from cmops.connect.entry import Entry, NotWritten, Value, put
from cmops.connect.reach import Reachable, lists, reach
from cmops.connect.texts import explained
from cmops.connect.ways import way
from cmops.doctor.channels import failed
from cmops.doctor.check import Level, of_code
from cmops.errors import CmopsError, UsageError
from cmops.failures import Failure
from cmops.http import Http, Secret
from cmops.project import Project
from cmops.values import dataclass
from cmops.workspace.load import SETTINGS
from cmops.workspace.model import Channel
from cmops.workspace.settings import HANDOFF

_CHOSEN = frozenset({"account", "channel", "chat", "room"})
"""Settings that a list of what a token can reach gives."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    platform: str
    id: str
    account: str | None
    url: str | None
    brand: str | None
    port: int | None


@dataclass
class Connecting:
    """One channel on its way."""

    project: Project
    talk: Talk
    wish: Wish
    secrets: dict[str, Secret] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = self.project.workspace.settings.channels.get(self.wish.id)
        if known is not None and known.platform != self.wish.platform:
            raise UsageError("connect.other-platform", id=known.id, platform=known.platform)
        self.known: Channel | None = known
        self.settings: dict[str, str] = {}
        if known is not None:
            self.settings = {name: str(value) for name, value in known.settings.items()}
        if self.wish.url:
            self.settings["url"] = self.wish.url.rstrip("/")

    @property
    def platform(self) -> Platform:
        """What its adapter declares."""
        return registry.adapter(self.wish.platform).platform

    def _entrance(self) -> Entrance:
        return Entrance(self.platform, self.settings.get("url", ""), self.wish.port)

    def _http(self) -> Http:
        secrets = dict(self.secrets)
        if "access_token" in secrets:
            secrets.setdefault("token", secrets["access_token"])
        return Http(secrets)

    def explain(self) -> None:
        """What the platform wants before it lets anybody publish."""
        text = explained(self.wish.platform, self.talk.wording.language)
        words = {"redirect": self._entrance().redirect, **installing.words(self.wish.platform)}
        for name, value in words.items():
            text = text.replace(f"{{{name}}}", value)
        click.echo(text + "\n", err=True)

    def waits_for_review(self) -> bool:
        """Whether the platform still looks at the application, by the person's word."""
        reviewed = way(self.wish.platform).reviewed
        return reviewed and not self.talk.confirms("connect.ask-ready")

    def write_by_hand(self) -> None:
        """The channel as one on which a person publishes, until it is connected."""
        given = self._ask_settings(frozenset())
        keys = self._keys(given.pop("account", ""), given)
        if self.wish.platform != HANDOFF:
            keys["handoff"] = True
        self._write(keys)
        self.talk.says("connect.by-hand", channel=self.wish.id, platform=self.platform.title)

    def connect(self, keeper: Keeper | None, *, paste: bool) -> None:
        """A token, its account, and everything written down; nothing before all of it works."""
        has_list = self.wish.platform in lists()
        given = self._ask_settings(_CHOSEN if has_list else frozenset())
        self.settings.update(given)
        entrance = self._entrance()
        if paste or entrance.login is None:
            asked = {name: self.talk.secret(name) for name in self.platform.needed}
            self.secrets.update(asked)
        else:
            keeper = keeper or asked_keeper(self.project, self.talk)
            personal = self._is_personal()
            self.secrets.update(replace(entrance, personal=personal).enter(self.talk))
        chosen = self._chosen()
        channel = self._channel(chosen)
        self._verify(channel)
        if keeper is not None:
            keeper.keep({channel.secrets[name]: each for name, each in self.secrets.items()})
        self._write({**self._keys(channel.account, chosen.settings), "secrets": channel.secrets})
        self._end(channel, keeper)

    def _is_personal(self) -> bool:
        """Whether somebody publishes for themselves, asked where that takes another application."""
        if way(self.wish.platform).personal is None:
            return False
        account = self.wish.account or (self.known.account if self.known else "")
        if account.startswith("urn:li:"):
            return account.startswith("urn:li:person:")
        return self.talk.confirms("connect.ask-personal")

    def _chosen(self) -> Reachable:
        """The destination: the only one, the one that was named, or a person's choice."""
        account = self.wish.account or (self.known.account if self.known else "")
        # OAuth 1 signs its requests: no list is asked for.
        found = None if "access_secret" in self.secrets else self._reached()
        if found is None:
            settings = {k: v for k, v in self.settings.items() if k not in ("account", "url")}
            return Reachable(self.settings.get("account") or account, "", settings)
        if account:
            wanted = account.removeprefix("@").lower()
            found = tuple(
                each
                for each in found
                if wanted in (each.account.removeprefix("@").lower(), each.name.lower())
            )
        if not found:
            raise CmopsError("connect.nothing", platform=self.platform.title)
        chosen = self.talk.chooses(found)
        self.secrets.update(chosen.secrets)
        return chosen

    def _reached(self) -> tuple[Reachable, ...] | None:
        """What the secrets open, once the bot was let in where it was nowhere yet."""
        found = reach(self.wish.platform, self._http(), self.settings)
        page = None if found else installing.invited_by(self.wish.platform, self._http())
        if page is None:
            return found
        self.talk.shows(page)
        self.talk.waits("connect.ask-invited")
        return reach(self.wish.platform, self._http(), self.settings)

    def _ask_settings(self, besides: frozenset[str]) -> dict[str, str]:
        """The keys that the platform requires and nobody has said yet."""
        given = {}
        schema: Mapping[str, Any] = self.platform.settings
        for name in schema.get("required", ()):
            if name in besides:
                continue
            if name == "account" and (self.wish.account or self.known):
                given[name] = self.wish.account or (self.known.account if self.known else "")
            elif name not in self.settings:
                given[name] = self.talk.setting(name, schema["properties"][name])
        if "url" in given:
            given["url"] = given["url"].rstrip("/")
        return given

    def _channel(self, chosen: Reachable) -> Channel:
        prefix = self.wish.id.upper().replace("-", "_").replace(".", "_")
        names = {name: f"{prefix}_{name.upper()}" for name in self.secrets}
        if self.known is not None:
            names.update({n: v for n, v in self.known.secrets.items() if n in names})
        settings = {**self.settings, **chosen.settings}
        settings.pop("account", None)
        language = self.project.workspace.settings.language
        brand = self.wish.brand or ""
        id, platform = self.wish.id, self.wish.platform
        return Channel(id, platform, chosen.account, brand, id, language, names, settings=settings)

    def _verify(self, channel: Channel) -> None:
        """Asks the platform as every run will: the token is this account's, and may publish."""
        sender = registry.sender(channel, root=self.project.root, http=Http(self.secrets))
        title = self.platform.title
        try:
            problems = list(sender.verify()) if sender is not None else []
        except Failure as failure:
            said, how = failed(channel, failure, title).said(self.talk.wording)
            raise CmopsError("connect.refused", platform=title, said=said, how=how) from None
        for problem in problems:
            check = of_code(channel.id, problem.code, problem.values)
            said, how = check.said(self.talk.wording)
            if check.level is Level.WRONG:
                raise CmopsError("connect.refused", platform=title, said=said, how=how)
            click.echo(output.printable(said), err=True)

    def _keys(self, account: str, settings: Mapping[str, str]) -> dict[str, Value | None]:
        """The channel's keys in the order in which people read them."""
        first: dict[str, Value | None] = {"platform": self.wish.platform}
        if self.wish.brand and self.known is None:
            first["brand"] = self.wish.brand
        named = {**self.settings, **settings}
        named.pop("account", None)
        first.update(named if self.known is None else settings)
        first["account"] = account
        if self.known is not None and self.known.handoff is not None:
            first["handoff"] = None
        return first

    def _write(self, keys: Mapping[str, Value | None]) -> None:
        """Into ``cmops.yml``; where that has no safe place, a person is shown what to add."""
        try:
            put(self.project.root / SETTINGS, Entry(self.wish.id, keys))
        except NotWritten as error:
            self.talk.says("connect.not-written", channel=self.wish.id)
            click.echo(error.lines)
            return
        self.talk.says("connect.written", channel=self.wish.id)

    def _end(self, channel: Channel, keeper: Keeper | None) -> None:
        names = tuple(channel.secrets.values())
        where = keeper.where if keeper else "nowhere"
        self.talk.says(f"connect.kept-{where}", names=names, count=len(names))
        self.talk.says("connect.done", channel=channel.id, platform=self.platform.title)
