"""Meta's Graph API, which Facebook, Instagram and Threads share: calls, errors, lists, containers.

Sources: developers.facebook.com, "Graph API", "Instagram Platform" and "Threads API".
"""

from __future__ import annotations
