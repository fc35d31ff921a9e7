"""The server and its databases come from the folder above."""
