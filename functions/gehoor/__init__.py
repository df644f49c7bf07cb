"""gehoor brings what customers say in public, with their history, into the helpdesk."""
