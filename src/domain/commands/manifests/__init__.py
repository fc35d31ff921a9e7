"""Objects that somebody wants applied: what may be, in which order, and what was done with each."""
