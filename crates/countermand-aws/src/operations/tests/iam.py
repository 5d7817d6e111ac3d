"""Says what is wrong with permissions, by AWS's list of IAM actions, which cfn-lint carries.

Reads `{"action": "ecs:ListServices", "on": ["*"]}` on stdin, one a line; prints what is wrong, one a line.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parents[5]
sys.path.insert(0, str(ROOT / "infra/check"))

from rules import IAM as KNOWN, ON_EVERYTHING


def wrong_with(action, on):
    service, name = action.split(":")
    # The list has its actions in lower case.
    known = KNOWN.get(service, {}).get("Actions", {}).get(name.lower())
    if known is None:
        yield "is no action of IAM"
        return
    kinds = known.get("Resources", [])
    resources = KNOWN[service]["Resources"]
    formats = [form for kind in kinds for form in resources[kind]["ARNFormats"]]
    for arn in on:
        if arn == "*" and kinds and action not in ON_EVERYTHING:
            yield f"can be allowed on less than everything: on {', '.join(kinds)}"
        elif arn != "*" and not any(fits(arn, form) for form in formats):
            yield f"cannot be allowed on {arn}, only on {', '.join(kinds) or '*'}"


def fits(arn, form):
    """`arn:{partition}:ecs:…` in our words, `arn:${Partition}:ecs:…` in AWS's; what follows is a pattern."""
    ours = re.sub(r"\$\{(\w+)\}", lambda it: "{" + it.group(1).lower() + "}", form)
    head, star, tail = ours.partition(".*")
    return re.fullmatch(re.escape(head) + star + tail, arn) is not None


for line in sys.stdin:
    permission = json.loads(line)
    for wrong in wrong_with(permission["action"], permission["on"]):
        print(permission["action"], wrong)
