"""Whether an answer helped. Nothing stored leads to the person who pressed."""

from datetime import datetime

from db.engine import Db
from db.feedback import add_feedback


async def tell(db: Db, slug: str, lang: str, helped: bool, now: datetime) -> None:
    """Stores one press under the answer `slug`; the hour is enough to count by."""
    await add_feedback(db, slug, lang, helped, now.replace(minute=0, second=0, microsecond=0))
