"""What the agent says about itself: metrics, spans and log lines. The one home of OpenTelemetry.

Nothing else in the program knows how it is measured: ports that are one call are wrapped (`gateway`, `ledger`), the
rest is heard through small hook protocols (`observers`).
"""
