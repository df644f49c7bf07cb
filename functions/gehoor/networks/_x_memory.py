"""What a source remembers of X between two polls, because asking again costs money."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ValidationError

from gehoor.domain.listing import Memory
from gehoor.networks._x_names import Named, is_id

MOST_AUTHORS = 100
MOST_PAID = 100
"""Of each list, the newest: what is read again is what its newest page held before."""

ASKED_AGAIN = timedelta(days=7)
"""How long names are believed to be the same."""


class Known(Named):
    """An account with the day its names were asked."""

    asked_on: date

    @classmethod
    def asked(cls, account: Named, now: datetime) -> "Known":
        """An account whose names were asked just now."""
        return cls(**account.model_dump(exclude={"asked_on"}), asked_on=now.date())

    def is_recent(self, now: datetime) -> bool:
        """Whether the names need not be asked again."""
        return self.asked_on >= now.date() - ASKED_AGAIN


class Remembered(BaseModel):
    """The account that signed in with `signed_in_by`, authors as they were met, the day's reads.

    `paid` are the items of each list that X charged for on `paid_on`; `whole_on` is the day on
    which a list was last read to its end in one page.
    """

    me: Known | None = None
    signed_in_by: str = ""
    authors: list[Known] = []
    paid_on: date | None = None
    paid: dict[str, list[str]] = {}
    whole_on: dict[str, date] = {}

    def account(self, signed_in_by: str, now: datetime) -> Named | None:
        """The account, None when it has to be asked who that is now."""
        is_known = self.signed_in_by == signed_in_by and self.me and self.me.is_recent(now)
        return self.me if is_known else None

    def as_account(self, me: Named, signed_in_by: str, now: datetime) -> "Remembered":
        """With the account that signed in."""
        if self.account(signed_in_by, now) == me:
            return self
        known = Known.asked(me, now)
        return self.model_copy(update={"me": known, "signed_in_by": signed_in_by})

    def having_read_whole(self, list_name: str, now: datetime) -> "Remembered":
        """With a list that was just read to its end."""
        whole_on = {**self.whole_on, list_name: now.date()}
        return self.model_copy(update={"whole_on": whole_on})

    def known_authors(self) -> dict[str, Named]:
        """The authors whose names need not be asked, by their ids."""
        return {one.id: one for one in self.authors}

    def paid_for(self, list_name: str, now: datetime) -> set[str]:
        """The items of a list that X charged for today already: it charges once a day."""
        return set(self.paid.get(list_name, ()) if self.paid_on == now.date() else ())

    def having_paid(self, list_name: str, ids: Sequence[str], now: datetime) -> "Remembered":
        """With items of a list that were read just now; unchanged where all were paid before."""
        if set(ids) <= self.paid_for(list_name, now):
            return self
        before = self.paid if self.paid_on == now.date() else {}
        all_ids = self.paid_for(list_name, now) | set(filter(is_id, ids))
        newest = sorted(all_ids, key=int, reverse=True)[:MOST_PAID]
        paid = {**before, list_name: newest}
        return self.model_copy(update={"paid_on": now.date(), "paid": paid})

    def having_met(self, authors: Sequence[Named], now: datetime) -> "Remembered":
        """With names that were asked just now."""
        ids = {author.id for author in authors}
        met = [Known.asked(author, now) for author in authors]
        others = [one for one in self.authors if one.id not in ids]
        return self.model_copy(update={"authors": [*met, *others][:MOST_AUTHORS]})


def remembered(memory: Memory, now: datetime) -> Remembered:
    """What is remembered, without names that are old; nothing where that cannot be read."""
    try:
        kept = Remembered.model_validate(memory)
    except ValidationError:
        return Remembered()
    recent = [one for one in kept.authors if one.is_recent(now)]
    return kept if recent == kept.authors else kept.model_copy(update={"authors": recent})
