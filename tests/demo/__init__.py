"""`grants demo`, in a file and on a server."""
