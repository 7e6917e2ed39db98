"""Completes articles: fetches the page of an article whose feed gives only part of the text."""
