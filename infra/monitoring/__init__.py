"""What is watched: the alarms and the dashboard as data, generated from the catalogue. Nothing here uses the CDK."""
