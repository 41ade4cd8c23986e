"""`make rehearse`: the stack on the AWS stand-in."""
