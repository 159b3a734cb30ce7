"""Nouns: values and the decisions that belong to them; no await, no I/O, no clock, no third party."""
