"""Verbs: async sentences over ports, which own the order of effects."""
