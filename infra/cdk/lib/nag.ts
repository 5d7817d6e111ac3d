import { Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";

export type Resources = Record<string, { Type: string; Properties: any }>;

/** What cdk-nag finds and is meant so, each with its reason. */
export function acknowledge(construct: Construct, resources: Resources): void {
  for (const resource of wildcards(resources)) {
    const reason =
      resource === "*"
        ? "AWS knows no narrower resource for these actions"
        : "a policy names it with a wildcard, or by what an event gives; deployments and log streams have ids of their own";
    Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

/** As cdk-nag writes them. */
function wildcards(resources: Resources): Set<string> {
  const all = Object.values(resources).flatMap(({ Type, Properties }) => {
    if (Type === "AWS::IAM::Policy") return [Properties.PolicyDocument];
    if (Type === "AWS::IAM::Role") return (Properties.Policies ?? []).map((it: any) => it.PolicyDocument);
    return [];
  });
  const statements = all.flatMap((document: any) => document.Statement);
  const named = statements.flatMap((statement: any) => [statement.Resource].flat());
  const texts = named.map((it: any) => (typeof it === "string" ? it : it["Fn::Sub"]));
  const found = texts.filter((it: unknown): it is string => typeof it === "string" && it.includes("*"));
  return new Set(found.map((it: string) => it.replaceAll(/\$\{([^}]+)\}/g, "<$1>")));
}
