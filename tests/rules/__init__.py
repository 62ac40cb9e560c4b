"""The rules by themselves: facts in, findings out. No store, no clock, no aggregate."""
