"""JSON bodies shared by several operations or stored documents. They do not depend on HTTP: workers render documents
too.
"""
