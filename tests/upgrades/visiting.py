"""What anonymous readers find at addresses, as JSON: `python -m tests.upgrades.visiting /a/ /b/`."""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()

    from django.test import Client

    answers = {}
    for address in sys.argv[1:]:
        answer = Client(headers={"host": "localhost"}).get(address)
        answers[address] = [answer.status_code, answer.content.decode()]
    sys.stdout.write(json.dumps(answers))
