"""Looking at the stories."""
