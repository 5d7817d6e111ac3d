import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { App, Stack, Validations } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";

import { Countermand, type CountermandProps } from "../lib/index.js";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const NEEDS = path.join(ROOT, "target/infra/policies.json");

/** Binaries are not looked into. */
function binaries(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "countermand-binaries-"));
  for (const name of ["on-alarm", "on-schedule", "on-change", "verify"]) {
    fs.mkdirSync(path.join(folder, name));
    fs.writeFileSync(path.join(folder, name, "bootstrap"), name);
  }
  return folder;
}

function synthesized(props: Partial<CountermandProps> = {}, app = new App()): Stack {
  const stack = new Stack(app, "countermand");
  const policies = path.join(ROOT, "policies");
  new Countermand(stack, "Countermand", { policies, needs: NEEDS, binaries: binaries(), ...props });
  return stack;
}

type Json = Record<string, any>;

/** Where code comes from is not the same, and need not be. */
function withoutCode(template: Json): Json {
  const { Parameters, Conditions } = template;
  delete Parameters.BootstrapVersion;
  const text = JSON.stringify({ Parameters, Conditions, Resources: template.Resources });
  const plain = JSON.parse(text, (key, value) => (["Code", "Content", "Metadata"].includes(key) ? undefined : value));
  for (const resource of Object.values<any>(plain.Resources)) {
    if (typeof resource.DependsOn === "string") resource.DependsOn = [resource.DependsOn];
  }
  return plain;
}

test("the construct makes what the SAM template makes", () => {
  const sam = JSON.parse(fs.readFileSync(path.join(ROOT, "target/infra/translated.json"), "utf8"));
  const cdk = Template.fromStack(synthesized()).toJSON();
  delete cdk.Rules;
  expect(withoutCode(cdk)).toEqual(withoutCode(sam));
});

test("what the props say is what is deployed", () => {
  const template = Template.fromStack(synthesized({ mode: "disabled", logRetentionDays: 7, reservedConcurrency: 5 }));
  template.hasParameter("Mode", { Default: "disabled" });
  template.hasParameter("LogRetentionDays", { Default: 7 });
  template.hasParameter("ReservedConcurrency", { Default: "5" });
  template.hasParameter("RecordBus", { Default: "default" });
  const withMode = { Variables: Match.objectLike({ COUNTERMAND_MODE: { Ref: "Mode" } }) };
  template.resourcePropertiesCountIs("AWS::Lambda::Function", { Environment: withMode }, 3);
});

test("the policies are a layer of their own: with others the code stays", () => {
  const folder = binaries();
  const other = fs.mkdtempSync(path.join(os.tmpdir(), "countermand-policies-"));
  fs.writeFileSync(path.join(other, "a.yaml"), "version: 1\n");
  const [one, two] = [{ binaries: folder }, { binaries: folder, policies: other }].map((props) =>
    Template.fromStack(synthesized(props)).toJSON(),
  ) as [Json, Json];
  expect(one.Resources.Policies.Properties.Content).not.toEqual(two.Resources.Policies.Properties.Content);
  expect(one.Resources.OnAlarm).toEqual(two.Resources.OnAlarm);
});

test("the template is as it was when somebody last looked", () => {
  const { Resources } = Template.fromStack(synthesized()).toJSON();
  const types = Object.entries<any>(Resources).map(([name, resource]) => `${name}: ${resource.Type}`);
  expect(types.sort().join("\n")).toMatchSnapshot();
});

test("cdk-nag finds nothing that is not answered for", () => {
  const app = new App();
  synthesized({}, app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  // What is found and not acknowledged stops the synthesis.
  expect(() => app.synth()).not.toThrow();
});
