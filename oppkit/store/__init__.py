"""Keeps records: the only place that writes to a database."""
