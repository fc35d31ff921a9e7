"""What the Master may ask, whether it is allowed, and what came of it: plain data and pure rules."""
