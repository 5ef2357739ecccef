"""A workspace in a database on a PostgreSQL server, which a team shares."""
