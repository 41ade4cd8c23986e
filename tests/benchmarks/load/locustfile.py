"""The mixed reads of `make load`, for locust, which has an environment of its own."""

from argparse import ArgumentParser

from locust import FastHttpUser, between, events, task


@events.init_command_line_parser.add_listener
def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--creator", required=True, help="a stored creator")
    parser.add_argument("--authorization", default="", help="the header of that name")


class Reader(FastHttpUser):
    """Keeps one connection, and asks about once a second."""

    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        options = self.environment.parsed_options
        self.creator = f"/api/profile/{options.creator}"
        self.about = {"Authorization": options.authorization} if options.authorization else {}

    @task(10)
    def profile(self) -> None:
        self.client.get(self.creator, headers=self.about)

    @task(4)
    def status(self) -> None:
        self.client.get(f"{self.creator}/status", headers=self.about)

    @task(3)
    def posts(self) -> None:
        self.client.get(f"{self.creator}/posts?limit=20", headers=self.about)

    @task(3)
    def insights(self) -> None:
        self.client.get(f"{self.creator}/ai-insights", headers=self.about)
