"""What a caption says, by rules alone: for when no model is there, or none answers."""
