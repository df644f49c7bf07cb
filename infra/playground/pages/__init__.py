"""The playground's pages: start, Street (customers) and Desk (agent)."""
