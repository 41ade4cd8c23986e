"""The cloud and the laptop, both built from the catalogue."""
