import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

import { CfnLayerVersion, CfnFunction } from "aws-cdk-lib/aws-lambda";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { type ITopic, Topic, CfnTopic } from "aws-cdk-lib/aws-sns";
import { type IQueue, Queue, CfnQueue } from "aws-cdk-lib/aws-sqs";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { Construct } from "constructs";

import { acknowledge, type Resources } from "./nag.js";

export interface CountermandProps {
  /** The folder with the policies. */
  readonly policies: string;
  /** What `countermand synth --format sam` makes of them. */
  readonly needs: string;
  /** The folder with a folder for each function, as `cargo lambda build` leaves it. */
  readonly binaries: string;
  /** A ceiling over the mode of every policy. @default "enforce" */
  readonly mode?: "enforce" | "observe" | "disabled";
  /** What the binaries were built for. @default "arm64" */
  readonly architecture?: "arm64" | "x86_64";
  /** Concurrency set aside for each acting function. @default none */
  readonly reservedConcurrency?: number;
  /** How long records are kept in the logs. @default 90 */
  readonly logRetentionDays?: 7 | 14 | 30 | 60 | 90 | 180 | 365 | 731 | 1827;
  /** Who is written to when somebody must look now. @default nobody */
  readonly pageEmail?: string;
  /** Who reads what was stopped, and what became of it. @default nobody */
  readonly informEmail?: string;
  /** The bus that records are put on. @default "default" */
  readonly recordBus?: string;
}

/**
 * The brake for changes in AWS: one for each account and region.
 *
 * Its resources are those of the SAM template, which this package carries as CloudFormation, with what the policies
 * need: nothing about them is written a second time.
 */
export class Countermand extends Construct {
  /** Subscribe whoever is on call. */
  readonly page: ITopic;
  /** Subscribe whoever wants to read along. */
  readonly inform: ITopic;
  /** What could not be answered. */
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, props: CountermandProps) {
    super(scope, id);
    const template: Template = read(fileURLToPath(new URL("../template.json", import.meta.url)));
    const needs: Resources = read(props.needs);
    Object.assign(template.Resources, needs);
    // Parameters stay what they are in the SAM template: the brake can be switched off without a synthesis.
    const said: Record<string, string | number | undefined> = {
      Mode: props.mode,
      Architecture: props.architecture,
      ReservedConcurrency: props.reservedConcurrency?.toString(),
      LogRetentionDays: props.logRetentionDays,
      PageEmail: props.pageEmail,
      InformEmail: props.informEmail,
      RecordBus: props.recordBus,
    };
    for (const [name, value] of Object.entries(said)) {
      const parameter = template.Parameters[name];
      if (parameter !== undefined && value !== undefined) parameter.Default = value;
    }
    const include = new CfnInclude(this, "Template", { templateFile: written(template) });
    acknowledge(this, template.Resources);

    for (const [name, folder] of Object.entries(FUNCTIONS)) {
      const asset = new Asset(this, name, { path: path.join(props.binaries, folder) });
      const code = { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey };
      (include.getResource(name) as CfnFunction).code = code;
    }
    const layer = new Asset(this, "Policies", { path: asLayer(props.policies) });
    (include.getResource("Policies") as CfnLayerVersion).content = {
      s3Bucket: layer.s3BucketName,
      s3Key: layer.s3ObjectKey,
    };

    const topic = (name: string) =>
      Topic.fromTopicArn(this, name, (include.getResource(name) as CfnTopic).ref);
    this.page = topic("Page");
    this.inform = topic("Inform");
    const deadLetters = include.getResource("DeadLetters") as CfnQueue;
    this.deadLetters = Queue.fromQueueArn(this, "DeadLetters", deadLetters.attrArn);
  }
}

/** What the functions are called in the template, and where their binaries are. */
const FUNCTIONS = {
  OnAlarm: "on-alarm",
  OnSchedule: "on-schedule",
  OnChange: "on-change",
  Verify: "verify",
};

interface Template {
  Parameters: Record<string, { Default?: string | number }>;
  Resources: Resources;
}

function read(file: string) {
  return JSON.parse(fs.readFileSync(file, "utf8"));
}

/** `CfnInclude` takes a file. */
function written(template: Template): string {
  const file = path.join(scratch(), "template.json");
  fs.writeFileSync(file, JSON.stringify(template));
  return file;
}

/** A layer is unpacked into `/opt`, and the functions look for policies in a folder of their own there. */
function asLayer(policies: string): string {
  const layer = scratch();
  fs.cpSync(policies, path.join(layer, "countermand", "policies"), { recursive: true });
  return layer;
}

function scratch(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), "countermand-"));
}
