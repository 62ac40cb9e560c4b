"""Alembic's migrations. `lifecycle.store.migrate` runs them; published ones are never edited."""
