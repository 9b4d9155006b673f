"""The site as files for a host: built by MkDocs, and sealed where anybody could fetch it."""
