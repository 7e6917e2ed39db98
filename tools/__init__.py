"""What the workshop needs and a user does not."""
