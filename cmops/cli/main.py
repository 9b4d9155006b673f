"""The entry point: finds the command, says errors in the reader's language, sets the exit code.

0 nothing to mend; 1 something that somebody must act on; 2 wrong usage; 3 a bug in cmops;
130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cmops import __version__
from cmops.errors import CmopsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmops.wording import Wording

COMMANDS = (
    "init",
    "connect",
    "new",
    "validate",
    "preview",
    "review",
    "approve",
    "approvals",
    "media",
    "plan",
    "publish",
    "status",
    "alerts",
    "workflows",
    "comment",
    "talk",
    "heartbeat",
    "resolve",
    "retract",
    "pause",
    "resume",
    "collect",
    "kpi",
    "report",
    "doctor",
    "platforms",
    "pages",
    "site",
    "schema",
    "explain",
)
USAGE = 2
BUG = 3
INTERRUPTED = 130
_SECRET = 6

# The workspace that was asked for: errors end in its language, after click has left its context.
_root: ContextVar[Path] = ContextVar("root", default=Path())


class Context(click.Context):
    """A command being run; pages of help are worded when one is asked for, and not before."""

    def make_formatter(self) -> click.HelpFormatter:
        """What writes a page of help."""
        from cmops.cli.words import Formatter

        return Formatter(width=self.terminal_width, max_width=self.max_content_width)


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of a working day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, its help in the reader's language."""
        if cmd_name not in COMMANDS:
            return None
        from cmops.cli.words import translated

        found: click.Command = getattr(import_module(f"cmops.cli.{cmd_name}"), cmd_name)
        said = translated(found, _root_of(ctx))
        said.context_class = Context
        return said

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was meant; a name that is none gets the nearest that is."""
        name = args[0]
        if name in COMMANDS or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        from cmops.cli.words import wording_of

        close = ", ".join(get_close_matches(name, COMMANDS)) or ", ".join(COMMANDS)
        said = wording_of(_root_of(ctx)).say("cli.usage.no-such-command", name=name, close=close)
        raise click.UsageError(said, ctx)

    def get_help(self, ctx: click.Context) -> str:
        """The group's own help, translated too."""
        from cmops.cli.words import translated

        return super(Lazy, translated(self, _root_of(ctx))).get_help(ctx)


def _root_of(ctx: click.Context) -> Path:
    root: Path = ctx.params.get("root") or Path()
    return root


@click.group(cls=Lazy, name="cmops", help="cli.cmops.help", no_args_is_help=True)
@click.option(
    "-C",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="cli.option.root",
)
@click.version_option(__version__, prog_name="cmops", message="%(prog)s %(version)s")
@click.pass_context
def cmops(ctx: click.Context, root: Path) -> None:
    """The group itself only remembers which workspace is meant."""
    ctx.obj = root
    _root.set(root)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command and ends the process with the contract's exit code."""
    code = run(arguments)
    if "duckdb" not in sys.modules:  # Whose bindings complain of what nobody took apart.
        # Python would look through all that is left, and take it apart: a tenth of the whole time.
        gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; its exit code."""
    _root.set(Path())
    try:
        return _run(arguments)
    except click.ClickException as error:
        return _refused(error)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (``cmops plan | head``); nothing is wrong on this side.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - here a bug ends, so that nobody sees a traceback
        return _failed(error)


def _run(arguments: Sequence[str] | None) -> int:
    # A workspace is many small objects and no cycles: looking for them costs a fifth of the time.
    gc.set_threshold(100_000, 50, 100)
    gc.enable()  # A command that was run before may have done without.
    # Without standalone mode a command's own ctx.exit(code) comes back as the result.
    result: Any = cmops.main(arguments, prog_name="cmops", standalone_mode=False)
    sys.stdout.flush()
    return result if isinstance(result, int) else 0


def _refused(error: click.ClickException) -> int:
    """What click does not accept. No arguments at all are a wish for help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return USAGE
    from cmops.cli.words import wrong_usage

    click.echo(wrong_usage(error, _wording()), err=True)
    return error.exit_code


def _failed(error: Exception) -> int:
    """What a person can mend is said to them; a file that cannot be written is nobody's bug."""
    if isinstance(error, OSError) and error.filename:
        reason = error.strerror or type(error).__name__
        error = CmopsError("cli.disk", file=error.filename, reason=reason)
    if not isinstance(error, CmopsError):
        return _bug(error)
    _say_error(_wording().error(error))
    return error.exit_code


def _bug(error: Exception) -> int:
    """Keeps the traceback in a file and says how to report it."""
    import traceback

    text = _without_secrets("".join(traceback.format_exception(error)))
    with tempfile.NamedTemporaryFile(
        "w", prefix="cmops-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"cmops {__version__}, Python {sys.version}\n\n{text}")
    _say_error(_wording().say("cli.bug", kind=type(error).__name__, file=file.name))
    return BUG


def _without_secrets(text: str) -> str:
    """The text without the values of environment variables, which is where secrets are."""
    values = {each for each in os.environ.values() if len(each) >= _SECRET}
    for value in sorted(values, key=len, reverse=True):
        if not value.startswith(os.sep):
            text = text.replace(value, "…")
    return text


def _wording() -> Wording:
    from cmops.cli.words import wording_of

    return wording_of(_root.get())


def _say_error(text: str) -> None:
    from cmops.cli.output import printable

    click.echo(f"cmops: {printable(text)}", err=True)
