"""A real ClickHouse on loopback as a supervised child process, for the demo and for tests.

It comes out of the wheel that `requirements/embedded.txt` pins, which carries the whole clickhouse-local program; told
to listen, that program is a server with ClickHouse's own HTTP handler: users, grants, quotas, `KILL QUERY`. It is
always a child process, because the library installs signal handlers, hangs after a fork and takes down with it the
process that it crashes in.
"""
