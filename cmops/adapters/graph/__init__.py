"""Meta's Graph API, which Facebook, Instagram and Threads share: calls, errors, lists, containers.

Sources: developers.facebook.com, "Graph API", "Instagram Platform" and "Threads API".
"""

from __future__ import annotations

URL = "https://graph.facebook.com"
VERSION = "v25.0"
"""Facebook's and Instagram's; Meta switches each version off after two years or so."""
