"""What the system costs: measured counts × list prices. `python -m infra.costs` prints it."""
