"""Accounts of the platform, which outlive their usernames."""

from typing import NewType

HistoryKey = NewType("HistoryKey", str)
"""The partition that holds the history of one account: its posts, their counts over time, its snapshots and comments.

It never changes, and no other account ever gets it. It is the username under which the account was first stored, unless
that was the key of another account.
"""
