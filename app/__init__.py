"""Bản Học: who is learning, where, and everything around it."""

VERSION = "0.1.0"
