"""Interval algebra: arrays of codes and coordinates below, frames on top."""
