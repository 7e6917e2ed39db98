"""Invented events: titles and texts of their articles, by label."""

EVENTS = {
    "ferry": {
        "Evening ferry to Ansel Island runs aground": """The evening ferry to Ansel Island ran aground on Tuesday off
            Skarn Point with 140 passengers aboard, the coastguard said. Nobody was hurt.""",
        "Passengers leave grounded Ansel ferry": """All 140 passengers of the ferry that ran aground off Skarn Point
            have reached Ansel Island by lifeboat, the coastguard said on Tuesday evening.""",
    },
    "takeover": {
        "Quillon buys Brightwater Sensors": """Quillon Instruments has agreed to buy Brightwater Sensors for 240
            million crowns in cash, the two companies announced before markets opened.""",
    },
}
