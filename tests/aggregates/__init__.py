"""The rulebook of each aggregate, by itself: given, when, then."""
