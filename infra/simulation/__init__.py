"""What the queues, the upstream's rates and the schedule of refreshes do with 10,000 to ten million stored creators.
`make simulate` prints it."""
