"""What a look at the outside world before the start finds: which rights there are, what answers, what it costs.

Values and pure functions; nothing here asks anything. The words are for an operator: what is missing, which feature
that takes away, the line that mends it.
"""
