"""What the stand-in helpdesk knows and does; requests and pages come in elsewhere."""
