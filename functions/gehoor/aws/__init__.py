"""Tables, queues and secrets on AWS. All boto3 outside `bootstrap` is here."""
