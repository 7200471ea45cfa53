"""The spool: messages that no server could take for now, kept on disk until one does."""
