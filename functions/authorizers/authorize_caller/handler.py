"""The authorizer of API Gateway, in front of every operation that is not public."""

from creator_search.authorizer import authorizer

handler = authorizer("authorize_caller")
