import { App, Stack, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";

import { Countermand } from "../lib/index.js";

const app = new App();
const stack = new Stack(app, "countermand", { description: "Countermand: the brake for changes in AWS" });

new Countermand(stack, "Countermand", {
  policies: process.env.POLICIES ?? "../../policies",
  needs: "../../target/infra/policies.json",
  binaries: "../../target/lambda",
  architecture: process.env.ARCHITECTURE === "x86_64" ? "x86_64" : "arm64",
});

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
