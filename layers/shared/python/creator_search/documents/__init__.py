"""The JSON shapes of the read family, made by writers and returned by readers.

Beside them readers put `meta`, which is the request's. No HTTP here: workers render documents too.
"""
