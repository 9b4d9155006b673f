"""GitHub, and GitHub Enterprise: the only room that knows its API.

``session`` opens a repository with a token; the other modules each speak of one thing in it:
``pulls`` and ``reviews``, ``comments``, ``statuses``, ``issues`` (alerts), ``people``,
``protection``. Requests go through github3.py's session; its typed objects are not used, because
they refuse answers that GitHub does give (a comment whose author's account is gone).
"""

from __future__ import annotations
