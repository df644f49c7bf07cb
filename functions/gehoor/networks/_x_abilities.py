"""What can be done on X, and what agents are told about it.

Sources: https://docs.x.com/x-api/posts/manage-tweets/integrate ("Post creation restrictions"),
https://docs.x.com/x-api/getting-started/pricing
"""

from gehoor.domain.capabilities import Capabilities, Summons
from gehoor.networks._x_length import MOST
from gehoor.networks._x_money import Prices
from gehoor.networks._x_names import Named


def capabilities_of(
    me: Named, *, reads_messages: bool, enterprise: bool, prices: Prices
) -> Capabilities:
    """Answers to posts that summon the account, in several posts if need be.

    Authors can be written to privately once they wrote so first, where their messages are read.
    """
    return Capabilities(
        reply=True,
        message=False,
        text_limit=MOST,
        instead="Write to them in X's own app.",
        threads=True,
        invitation=_invitation(me) if reads_messages else "",
        summons=None if enterprise else _summons(me),
        caution=_caution(prices),
    )


def _summons(me: Named) -> Summons:
    return Summons(
        handle=me.handle,
        quoted=f"https://x.com/{me.username}/status/",
        by_hand="https://x.com/intent/post?in_reply_to={native_id}",
    )


def _invitation(me: Named) -> str:
    """Without a web address, which would make it twenty times as dear."""
    return (
        f"Stuur ons hier een privébericht via ons profiel {me.handle}, dan zoeken we het uit. / "
        f"Please send us a direct message from our profile {me.handle}, and we will look into it."
    )


def _caution(prices: Prices) -> str:
    if prices.post_with_link <= prices.summoned_reply:
        return ""
    return (
        f"X charges {prices.post_with_link:.2f} USD for an answer with a web address in it, and "
        f"{prices.summoned_reply:.2f} USD without."
    )
