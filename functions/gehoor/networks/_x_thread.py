"""The conversation around a post, as far as it is worth its price: the post that it answers."""

from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Post as EarlierPost
from gehoor.domain.network import Thread
from gehoor.networks._x_api import Api
from gehoor.networks._x_money import Purpose
from gehoor.networks._x_names import Named
from gehoor.networks._x_post import Post, uri_of


def thread_of(mention: Mention, api: Api) -> Thread:
    """The conversation of a mention. Gone when its post is.

    X names a conversation by its first post. The whole of it would cost as much as reading it anew,
    so only the post that is answered is told.
    """
    if mention.visibility is Visibility.DIRECT:
        return Thread(mention.permalink)
    if mention.in_reply_to is None:
        return Thread(mention.uri)
    found = api.posts([mention.native_id, mention.in_reply_to], Purpose.THREAD)
    post = found.post(mention.native_id)
    root = uri_of(post.conversation_id or mention.in_reply_to)
    parent = found.posts.get(mention.in_reply_to)
    return Thread(root, (_earlier(parent, post, mention, api.me),) if parent else ())


def _earlier(parent: Post, answer: Post, mention: Mention, me: Named) -> EarlierPost:
    """The answered post. The answer mentions its author, so nobody has to be asked for the name."""
    names = {
        **{user_id: f"@{name}" for user_id, name in answer.named.items()},
        mention.author.native_id: mention.author.handle,
        me.id: me.handle,
    }
    return EarlierPost(
        handle=names.get(parent.author_id, Named(id=parent.author_id).handle),
        text=parent.plain_text,
        posted_at=parent.said_at,
        by_brand=parent.author_id == me.id,
        uri=uri_of(parent.first_id),
        author_id=parent.author_id,
    )
