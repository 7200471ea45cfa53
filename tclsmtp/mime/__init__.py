"""Messages: parts, their parsing and building, addresses, dates and codecs; nothing here does network I/O."""
