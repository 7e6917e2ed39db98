"""Completing: the article's page is asked for where its feed gives only a part of the text."""
