"""Which events EventBridge's rules deliver, by a matcher that nobody here wrote: that of ministack.

Reads `{"pattern": {...}, "event": {...}}` on stdin, one a line; prints `true` or `false` for each.
"""

import json
import sys

from ministack.services.eventbridge import _test_event_pattern

for line in sys.stdin:
    asked = json.loads(line)
    status, _, body = _test_event_pattern(
        {"EventPattern": json.dumps(asked["pattern"]), "Event": json.dumps(asked["event"])}
    )
    if status != 200:
        sys.exit(f"{body}: {asked['pattern']}")
    print(json.dumps(json.loads(body)["Result"]))
