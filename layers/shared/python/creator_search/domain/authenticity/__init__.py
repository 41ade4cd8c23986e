"""Signals of how authentic an audience is, each with the numbers from which it is computed. There is no verdict and no
total: every signal has innocent causes, and those that the stored data shows are part of it.
"""
