"""Campaigns and named lists of creators."""
