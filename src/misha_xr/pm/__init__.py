"""The classic API, so that an old script runs with one changed import line."""
