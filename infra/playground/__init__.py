"""The playground: a stand-in helpdesk (Desk) and a page to speak as a customer (Street).

It is no product helpdesk. It exists so that gehoor can be seen and tested end to end on one
machine. The Desk speaks the part of the Zendesk Support API that gehoor needs.
"""
