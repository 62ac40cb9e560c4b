"""Stored events of every type and version ever shipped. The files only grow in number; none is ever rewritten."""
