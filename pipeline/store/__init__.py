"""The state of record: articles, sketches, index segments and stories in SQLite or PostgreSQL."""
