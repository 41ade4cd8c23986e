"""Figures of a creator's posts and daily snapshots: pure functions. A figure that cannot be computed is None, with the
reason in the notes.

Rates (`*_rate`) are percentages; shares, scores and growth are fractions (0.05 is 5 %). Times are UTC. A post counts
for engagement only where its likes and comments are both known: hidden likes are left out, never taken as zero.
"""
