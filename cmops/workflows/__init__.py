"""The automation that runs cmops on GitHub: workflows written for a workspace and kept in step."""
