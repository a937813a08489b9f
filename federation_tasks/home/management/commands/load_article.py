"""manage.py load_article (contract.md, Commands)."""

from typing import Any

from django.core.management.base import BaseCommand

from federation_tasks.home.article_loading import load_article


class Command(BaseCommand):
    """Load the facts of the article."""

    help = "Load the facts of the article, and only those. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing and say how much it was."""
        made = load_article()
        self.stdout.write(f"article: {made} rows loaded" if made else "article: already loaded")
