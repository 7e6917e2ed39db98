"""Links articles: proposes candidates that share a key and verifies each before it becomes a link."""
