"""The store: a picklable value that finds and reads the objects of a database."""
