"""Compose from a document, in the admin: choose it, look at what would be made of it, decide, make it."""
