"""``cmops connect``: from no token to a channel that works, without a developer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from cmops.adapters import registry
from cmops.adapters.contract import Platform
from cmops.cli import output
from cmops.cli.connecting import Keeper, Talk, keeper_of
from cmops.cli.entrance import Entrance
from cmops.connect import installing
from cmops.connect.entry import Entry, NotWritten, Value, written
from cmops.connect.reach import Reachable, lists, reach
from cmops.connect.texts import explained
from cmops.connect.ways import way
from cmops.doctor.channels import failed
from cmops.doctor.check import Level, of_code
from cmops.errors import CmopsError, UsageError
from cmops.failures import Failure
from cmops.http import Http, Secret
from cmops.project import Project
from cmops.workspace.load import SETTINGS
from cmops.workspace.model import Channel
from cmops.workspace.settings import HANDOFF

_CHOSEN = frozenset({"account", "channel", "chat", "room"})
"""Settings that a list of what a token can reach gives."""


@click.command(help="connect.help")
@click.argument("platform", metavar="PLATFORM")
@click.option("--channel", "id", metavar="ID", help="connect.option.channel")
@click.option("--account", help="connect.option.account")
@click.option("--server", "url", metavar="URL", help="connect.option.server")
@click.option("--brand", help="connect.option.brand")
@click.option("--hand-off", "by_hand", is_flag=True, help="connect.option.hand-off")
@click.option("--paste", is_flag=True, help="connect.option.paste")
@click.option("--port", type=click.IntRange(0, 65535), help="connect.option.port")
@click.option("--no-browser", is_flag=True, help="connect.option.no-browser")
@click.option("--github", is_flag=True, help="connect.option.github")
@click.option(
    "--env-file", type=click.Path(dir_okay=False, path_type=Path), help="connect.option.env-file"
)
@click.option("--secrets-fd", "descriptor", type=int, metavar="N", help="connect.option.secrets-fd")
@click.pass_obj
def connect(  # noqa: PLR0913 - one parameter an option
    root: Path,
    platform: str,
    id: str | None,
    account: str | None,
    url: str | None,
    brand: str | None,
    by_hand: bool,
    paste: bool,
    port: int | None,
    no_browser: bool,
    github: bool,
    env_file: Path | None,
    descriptor: int | None,
) -> None:
    """Explains, logs in, lets choose, verifies, keeps the secrets, and writes the channel."""
    project = Project(root)
    project.require()
    if platform not in registry.names():
        raise UsageError("platforms.unknown", name=platform, known=registry.names())
    keeper = keeper_of(project, github=github, file=env_file, descriptor=descriptor)
    talk = Talk(project.wording, opens=not no_browser)
    wish = Wish(platform, id or platform, account, url, _brand(project, brand), port)
    connecting = Connecting(project, talk, wish)
    connecting.explain()
    if by_hand or platform == HANDOFF or connecting.waits_for_review():
        connecting.write_by_hand()
        return
    connecting.connect(keeper, paste=paste)


def _brand(project: Project, brand: str | None) -> str | None:
    """The brand to write down: none where there is only one."""
    brands = project.workspace.settings.brands
    if brand is not None and brand not in brands:
        raise UsageError("connect.no-such-brand", brand=brand, brands=tuple(brands))
    if brand is None and len(brands) > 1:
        raise UsageError("connect.which-brand", brands=tuple(brands))
    return brand if len(brands) > 1 else None


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
            keeper = keeper or self.talk.keeper(self.project)
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
        file = self.project.root / SETTINGS
        raw = file.read_bytes().decode("utf-8")
        start = "\ufeff" if raw.startswith("\ufeff") else ""
        text = raw.removeprefix(start).replace("\r\n", "\n")
        try:
            text = written(text, Entry(self.wish.id, keys))
        except NotWritten as error:
            self.talk.says("connect.not-written", channel=self.wish.id)
            click.echo(error.lines)
            return
        ends = text.replace("\n", "\r\n") if "\r\n" in raw else text
        beside = file.with_name(f".{file.name}.new")
        beside.write_bytes((start + ends).encode("utf-8"))
        beside.replace(file)
        self.talk.says("connect.written", channel=self.wish.id)

    def _end(self, channel: Channel, keeper: Keeper | None) -> None:
        names = tuple(channel.secrets.values())
        where = keeper.where if keeper else "nowhere"
        self.talk.says(f"connect.kept-{where}", names=names, count=len(names))
        self.talk.says("connect.done", channel=channel.id, platform=self.platform.title)
