"""The service over a store: one method per command, one transaction per method."""
