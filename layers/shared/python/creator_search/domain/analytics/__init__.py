"""Figures computed from a creator's posts and daily snapshots, as pure functions.

A figure that cannot be computed is None, with the reason in the notes. Rates (`*_rate`) are percentages; shares, scores
and growth are fractions (0.05 is 5 %). Times are UTC. Engagement uses only posts whose likes and comments are both
known: posts with hidden likes are excluded, never counted as zero.
"""
