"""The tests of the source itself."""
