"""Category and sentiment of captions by rules, and the category by an entailment model."""
