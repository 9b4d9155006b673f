"""From no token to a working channel: logging in, choosing an account, keeping its secrets."""
