"""What happens to an article: fetch, parse, clean, recognise, sketch, match, fold."""
