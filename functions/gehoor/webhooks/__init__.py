"""What others push to gehoor: each module verifies and reads the webhooks of one sender.

They stand apart from the adapters and use the standard library only, because the receiver must
start fast: a sender waits for it.
"""

SECRETS = "/gehoor/webhook/"
"""Where the signing secret of each sender lives, followed by the sender's name.

By convention and not by configuration, so that the receiver reads one path and no table.
"""
