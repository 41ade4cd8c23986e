"""One set of tests for each port, run against its fake and its adapter, so that both behave alike."""
