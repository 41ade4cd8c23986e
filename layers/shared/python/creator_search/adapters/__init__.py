"""The only place that talks to the world: AWS, the upstreams, the image hosts."""
