"""What the stand-in helpdesk knows and does; nothing here speaks HTTP but the webhook sender."""
