"""Search over everything published, in English and Chinese, on SQLite and PostgreSQL alike."""
