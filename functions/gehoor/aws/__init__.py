"""Tables, queues and secrets on AWS. All of the AWS SDK outside `bootstrap` is here."""
