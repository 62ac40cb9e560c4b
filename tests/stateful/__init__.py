"""Random lives of many grants at once, followed by a second, naive model that shares no code with the first."""
