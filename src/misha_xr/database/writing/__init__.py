"""Changes to databases: whole and durable, or not at all.

Functions take a `Store`, which itself never writes. A write builds the new state of an object
beside the old one and makes it visible by one rename.
"""
