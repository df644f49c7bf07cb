"""The Desk's HTTP API: the part of the Zendesk Support API that gehoor needs, as a stand-in."""
