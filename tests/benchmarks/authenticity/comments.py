"""Generated comments. All parameters are assumptions of ours; none was measured on real comments.

Per creator: 15 to 60 fans, each of whom comments on a post with a probability of its own (0.1 to 0.9) and after a delay
of its own (exponential with a mean of 5 to 120 minutes), beside strangers (a mean of 10 hours); the newest 100 comments
of a post are read. A comment has no word with the creator's probability, Beta(4, 5) distributed; of the rest 35 % are
short ("so cute"), up to 8 % are phrases that many people write, and the others are made of words.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from creator_search.domain.comments import MAX_COMMENTS, Comment, PostComments
from creator_search.domain.posts import Post

_WORDS = (
    "the this your my a light colours place photo dress recipe trip song morning coffee city mountain dog smile story "
    "look tried want need love miss remember visited cooked wore found saw think hope wish when where how so really "
    "never always again soon yesterday today next year with from about without because perfect funny amazing strange "
    "better cold warm blue green old new small great"
)
WORDS = tuple(_WORDS.split())
SHORT = ("so cute", "love it", "wow", "nice!", "haha", "goals", "beautiful", "ja genau", "qué linda", "top")
PHRASES = (
    "Happy birthday to you!",
    "Congratulations!!",
    "You look amazing",
    "Where did you get this?",
    "This is so beautiful",
    "Have a great weekend",
)
EMOJI = ("🔥🔥🔥", "❤️", "😍😍", "👏👏", "😂", "🙌", "@user", "@user @user", "💯", "...", "🥰❤️")


class Audience:
    """Those who comment on the posts of one creator."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._wordless = random.betavariate(4, 5)
        self._phrases = random.uniform(0, 0.08)
        fans = range(random.randint(15, 60))
        self._fans = [(f"fan{n}", random.uniform(0.1, 0.9), random.uniform(5, 120)) for n in fans]
        self._strangers = 0

    def comments(self, posts: Sequence[Post]) -> list[PostComments]:
        """The comments of each post as they would be read, newest first."""
        return [self._of(post) for post in posts]

    def _of(self, post: Post) -> PostComments:
        random, wanted = self._random, post.comments or 0
        made = [(random.expovariate(1 / mean), fan) for fan, share, mean in self._fans if random.random() < share]
        made = random.sample(made, min(len(made), wanted))
        for _ in range(wanted - len(made)):
            if len(made) >= 3 * MAX_COMMENTS:
                break
            self._strangers += 1
            made.append((random.expovariate(1 / 600), f"stranger{self._strangers}"))
        newest = sorted(made, reverse=True)[:MAX_COMMENTS]
        return post_comments(post, [(minutes, account, self.text()) for minutes, account in newest])

    def text(self) -> str:
        random = self._random
        if random.random() < self._wordless:
            return random.choice(EMOJI)
        kind = random.random()
        if kind < 0.35:
            return random.choice(SHORT)
        if kind < 0.35 + self._phrases:
            return random.choice(PHRASES)
        return " ".join(random.choices(WORDS, k=random.randint(4, 12)))


def post_comments(post: Post, made: Sequence[tuple[float, str, str]]) -> PostComments:
    """Comments of (minutes after the post, account, text), newest first."""
    comments = tuple(
        Comment(text=text, written_at=post.taken_at + timedelta(minutes=minutes), commenter=account)
        for minutes, account, text in made
    )
    read_at = post.taken_at + timedelta(days=2)
    return PostComments(shortcode=post.shortcode, taken_at=post.taken_at, read_at=read_at, comments=comments)


def with_texts(read: Sequence[PostComments], random: Random, share: float, texts: Sequence[str]) -> list[PostComments]:
    """Replace this share of the comments by bought ones, of other accounts."""
    return [
        replace(
            one,
            comments=tuple(
                replace(c, text=random.choice(texts), commenter=f"bought{random.randrange(10**6)}")
                if random.random() < share
                else c
                for c in one.comments
            ),
        )
        for one in read
    ]


def with_pod(read: Sequence[PostComments], posts: Sequence[Post], random: Random, members: int) -> list[PostComments]:
    """Let the members of a pod comment first: each on 9 of 10 posts, a minute after each other with a deviation of half
    a minute."""
    made = []
    for one, post in zip(read, posts, strict=True):
        joined = [
            Comment(
                text="great content, keep it up",
                written_at=post.taken_at + timedelta(minutes=max(0.0, 1 + member + random.gauss(0, 0.5))),
                commenter=f"member{member}",
            )
            for member in range(members)
            if random.random() < 0.9
        ]
        ordered = sorted((*one.comments, *joined), key=lambda c: c.written_at or post.taken_at, reverse=True)
        made.append(replace(one, comments=tuple(ordered)))
    return made
