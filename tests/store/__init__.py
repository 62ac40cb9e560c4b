"""Tests that try to break the store."""
