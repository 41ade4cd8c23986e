"""The comments queue: creators the comments of whose newest posts are to be read."""

from creator_search.bootstrap import Container
from creator_search.domain.messages import CommentsMessage, parse_message
from creator_search.services.comments import CommentReader, CommentsOutcome
from creator_search.worker import Received, queue_worker


def work(received: Received, reader: CommentReader) -> CommentsOutcome:
    return reader.read(parse_message(CommentsMessage, received.body), received.deadline)


handler = queue_worker("read_comments", work, Container.comment_reader)
