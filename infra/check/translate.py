"""The SAM template as CloudFormation gets to see it: with what it includes, and without the transforms.

    python infra/check/translate.py infra/sam/template.yaml > translated.json

With `--alone` it is without what depends on the policies, as the CDK construct carries it.
"""

import json
import os
import pathlib
import re
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform


def translated(path, alone=False):
    """What is local is said to be in a bucket: the translator takes nothing else."""
    path = pathlib.Path(path)
    template = yaml_parse(path.read_text())
    resources = template["Resources"]
    include = resources.pop("Fn::Transform")
    assert include["Name"] == "AWS::Include", include
    made = {} if alone else json.loads((path.parent / include["Parameters"]["Location"]).read_text())
    twice = made.keys() & resources.keys()
    assert not twice, f"made and written: {twice}"
    resources.update(made)
    for resource in resources.values():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = "s3://bucket/key"
    os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"
    out = transform(template, {}, NoManagedPolicies())
    out.pop("Metadata", None)
    return with_plain_names(out)


def with_plain_names(template):
    """SAM calls a layer by its content, and says of every function that it made it."""
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        if resource["Type"] == "AWS::Lambda::LayerVersion":
            return json.loads(json.dumps(template).replace(name, re.sub("[0-9a-f]{10}$", "", name)), object_hook=unsigned)
    return template


def unsigned(node):
    if "Tags" in node:
        node["Tags"] = [tag for tag in node["Tags"] if tag.get("Key") != "lambda:createdBy"]
        if not node["Tags"]:
            del node["Tags"]
    return node


class NoManagedPolicies:
    """No function takes its permissions from a policy of AWS's."""

    def load(self):
        return {}


if __name__ == "__main__":
    json.dump(translated(sys.argv[1], "--alone" in sys.argv), sys.stdout, indent=1)
