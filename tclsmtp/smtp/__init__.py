"""The SMTP conversation: replies, protocol, transport and submission."""
