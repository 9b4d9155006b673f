"""``python -m cmops``: the same as ``cmops``, for where no script was installed."""

from __future__ import annotations

from cmops.cli.main import main

if __name__ == "__main__":
    main()
