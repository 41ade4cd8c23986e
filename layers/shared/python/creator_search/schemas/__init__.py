"""JSON bodies that several operations or stored documents share. They know no HTTP: workers render documents too."""
