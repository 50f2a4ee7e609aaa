"""Queries: iterator, sources, expression and sink, planned and run on partitions."""
