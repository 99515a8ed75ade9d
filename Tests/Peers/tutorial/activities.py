"""The two steps that talk to the outside world."""

import asyncio
import json
import os
from typing import Any
from urllib.request import urlopen

from temporalio import activity

API_URL = os.environ.get("HACKERNEWS_API", "https://hacker-news.firebaseio.com")
WANTED = 10


async def fetch_json(path: str) -> Any:
    """Reads one document of the API. Errors are left to the retry policy."""

    def read() -> Any:
        with urlopen(f"{API_URL}/v0/{path}.json", timeout=10) as answer:
            return json.load(answer)

    return await asyncio.to_thread(read)


@activity.defn
async def story_ids() -> list[int]:
    """The ids of the stories at the top of the front page."""
    ids = await fetch_json("topstories")
    return ids[:WANTED]


@activity.defn
async def top_stories(ids: list[int]) -> list[list[str]]:
    """Title, address and score of each story. Items without an address are reported and left out."""
    items = await asyncio.gather(*(fetch_json(f"item/{item_id}") for item_id in ids))
    stories = []
    for item in items:
        try:
            stories.append([item["title"], item["url"], str(item["score"])])
        except KeyError as missing:
            activity.logger.error("item %s has no %s", item.get("id"), missing)
    return stories
