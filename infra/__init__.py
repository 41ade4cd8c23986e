"""The CDK stack and the local system, both built from the catalogue."""
