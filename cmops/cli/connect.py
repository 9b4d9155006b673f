"""``cmops connect``: from no token to a channel that works, without a developer."""

from __future__ import annotations

from pathlib import Path

import click

from cmops.adapters import registry
from cmops.cli.connecting import Connecting, Wish
from cmops.cli.conversation import Talk
from cmops.cli.keeper import keeper_of
from cmops.errors import UsageError
from cmops.project import Project
from cmops.workspace.settings import HANDOFF


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
