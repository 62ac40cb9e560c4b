"""What only a server can do to a ledger: many writers at once, links that are cut, numbers given afterwards."""
