"""Stand-ins for outside systems that run inside or beside this process: for the offline demo and for tests."""
