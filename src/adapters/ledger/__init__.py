"""The durable ledger: SQLite in a file of the agent's own."""
