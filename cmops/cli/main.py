"""The entry point: finds the command, says errors in the reader's language, sets the exit code.

0 nothing to mend; 1 something that somebody must act on; 2 wrong usage; 3 a bug in cmops;
130 interrupted.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cmops import __version__
from cmops.errors import CmopsError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    "init",
    "new",
    "validate",
    "preview",
    "plan",
    "publish",
    "status",
    "pages",
    "schema",
    "explain",
)
BUG = 3
INTERRUPTED = 130


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of a working day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, its help in the reader's language."""
        if cmd_name not in COMMANDS:
            return None
        from cmops.cli.words import translated

        found: click.Command = getattr(import_module(f"cmops.cli.{cmd_name}"), cmd_name)
        return translated(found, _root(ctx))

    def get_help(self, ctx: click.Context) -> str:
        """The group's own help, translated too."""
        from cmops.cli.words import translated

        translated(self, _root(ctx))
        return super().get_help(ctx)


def _root(ctx: click.Context) -> Path:
    root: Path = ctx.params.get("root") or Path()
    return root


@click.group(cls=Lazy, name="cmops", help="cli.cmops.help", no_args_is_help=True)
@click.option(
    "-C",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="cli.option.root",
)
@click.version_option(__version__, prog_name="cmops", message="%(prog)s %(version)s")
@click.pass_context
def cmops(ctx: click.Context, root: Path) -> None:
    """The group itself only remembers which workspace is meant."""
    ctx.obj = root


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command and ends the process with the contract's exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; its exit code."""
    try:
        # Without standalone mode a command's own ctx.exit(code) comes back as the result.
        result: Any = cmops.main(arguments, prog_name="cmops", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CmopsError as error:
        from cmops.cli.words import wording_here

        click.echo(f"cmops: {wording_here().error(error)}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (``cmops plan | head``); nothing is wrong on this side.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the one place where a bug ends, so that nobody sees a traceback
        return _bug(error)
    return result if isinstance(result, int) else 0


def _bug(error: Exception) -> int:
    """Keeps the traceback in a file and says how to report it."""
    import traceback

    from cmops.cli.words import wording_here

    text = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile(
        "w", prefix="cmops-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"cmops {__version__}, Python {sys.version}\n\n{text}")
    said = wording_here().say("cli.bug", kind=type(error).__name__, file=file.name)
    click.echo(said, err=True)
    return BUG
