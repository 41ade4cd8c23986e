"""Parts of the stack, each one concern."""
