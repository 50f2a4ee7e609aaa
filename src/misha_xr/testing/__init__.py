"""Slow oracles, strategies and small databases for tests; nothing in the package imports it."""
