"""Reads what people write in YAML or JSON, as kubectl does but strictly: nothing is guessed, nothing is executed.

The parser is libyaml's, which yields events and builds nothing; what is built from them, and of which size, is decided
here. PyYAML's loaders follow YAML 1.1 and take the last of two equal keys.
"""
