"""``cmops approvals``: pull requests' approvals, recorded, checked and reminded of."""

from __future__ import annotations

import click

from cmops.cli.approval_check import check, remind
from cmops.cli.approval_emergency import emergency
from cmops.cli.approval_record import record
from cmops.cli.media import Commands


@click.group(cls=Commands, help="approvals.help", no_args_is_help=True)
def approvals() -> None:
    """The group itself does nothing."""


for command in (record, check, remind, emergency):
    approvals.add_command(command)
