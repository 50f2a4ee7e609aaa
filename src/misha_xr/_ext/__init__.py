"""Compiled kernels: plain arrays in, plain arrays out, no GIL, no knowledge of databases."""
