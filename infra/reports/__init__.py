"""The reports on exports of the table of profiles: tables, statements and queries as data. Nothing here uses the CDK.

The SQL is in the common subset of Trino, which Athena runs, and DuckDB, with which the tests run it. `tests/exports.py`
defines the two functions whose names differ.
"""
