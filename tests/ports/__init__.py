"""One set of tests for each port, over its fake and its adapter: a fake cannot promise what a store does not keep."""
