"""The whole system on one machine: the same catalogue, the same handlers, an AWS stand-in."""
