"""Options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def format_option(*formats: str) -> Decorator:
    """``--format``, the first being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="cli.option.format",
    )


at_option: Decorator = click.option("--at", "at", metavar="TIME", help="cli.option.at")
sandbox_option: Decorator = click.option("--sandbox", is_flag=True, help="cli.option.sandbox")


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--channel``, ``--brand``, ``--campaign``: what a pause is about."""
    for name in ("campaign", "brand", "channel"):
        command = click.option(
            f"--{name}", name, metavar=name.upper(), help=f"cli.option.scope-{name}"
        )(command)
    return command
