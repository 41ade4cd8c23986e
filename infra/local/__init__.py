"""The whole system on one machine: the same catalogue and handlers, with an AWS stand-in."""
