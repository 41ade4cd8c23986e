"""What a creator's posts and daily snapshots tell: pure figures, each null with its reason where it cannot be known.

Rates (`*_rate`) are percentages; shares, scores and growth are fractions (0.05 is 5 %). Times are UTC. A post counts
for engagement only where its likes and comments are both known: hidden likes are left out, never taken as zero.
"""
