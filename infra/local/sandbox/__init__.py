"""An upstream with synthetic creators, in the wire formats of the real providers, including images and failures."""
