"""A Master to demonstrate and test against: it refuses what the real one refuses, and shows what arrived.

It reads the wire contract by itself, from its own copy of the schema, and shares no code with the gateway: an error in
the agent's encoder cannot hide behind the same error in its judge.
"""
