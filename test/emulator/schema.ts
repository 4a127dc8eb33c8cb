import { z } from "zod";

const text = z.string().min(1);
const count = z.int().nonnegative();
const ms = z.number().nonnegative();

const limits = { rpm: count, rpd: count, tpm: count, rp5h: count, rpw: count };
const quotas = z.array(z.strictObject({ model: text, ...limits, usedToday: count, dayEndsInSeconds: ms }).partial());
const vertex = z.strictObject({ quotas, disabled: z.boolean(), withoutBilling: z.boolean() }).partial();
const project = z.strictObject({ tier: z.enum(["free", "paid"]), number: text, quotas, vertex }).partial();
const location = z.strictObject({ models: z.array(text), sharedQuotas: quotas }).partial();

const key = z.strictObject({ label: text, key: text, project: text.optional(), latencyMs: ms.optional() });
const seatRule = z
  .strictObject({
    tier: text,
    paidTier: text,
    onboardPolls: count,
    withoutProject: z.boolean(),
    projectAsObject: z.boolean(),
    behindPerimeter: z.boolean(),
    ineligible: z.array(
      z.strictObject({ reasonCode: text, reasonMessage: text.optional(), validationUrl: text.optional() }),
    ),
  })
  .partial();

const seat = z.strictObject({
  label: text,
  refreshToken: text,
  project: text,
  user: text.optional(),
  email: text.optional(),
  mayPredict: z.boolean().optional(),
  client: z.strictObject({ id: text, secret: text.optional() }).optional(),
  seat: seatRule.optional(),
  accessToken: text.optional(),
  accessTokenSeconds: z.number().optional(),
  latencyMs: ms.optional(),
});

const express = z.strictObject({
  label: text,
  expressKey: text,
  project: text.optional(),
  latencyMs: ms.optional(),
});

const service = z.strictObject({
  label: text,
  serviceEmail: text,
  project: text,
  publicKey: text.optional(),
  isMachine: z.boolean().optional(),
  mayPredict: z.boolean().optional(),
  accessToken: text.optional(),
  accessTokenSeconds: z.number().optional(),
  latencyMs: ms.optional(),
});

/** A key of either service, a seat or a service account, told apart by what it has, so that an error names the field and not the choice. */
const account = z.looseObject({}).superRefine((value, context) => {
  const shape =
    "refreshToken" in value ? seat : "serviceEmail" in value ? service : "expressKey" in value ? express : key;
  const { error } = shape.safeParse(value);
  for (const { path, message } of error?.issues ?? []) context.addIssue({ code: "custom", path, message });
});

const consent = z
  .strictObject({
    says: z.enum(["yes", "no", "wrong-state"]),
    unticked: z.array(text),
    withoutRefreshToken: z.boolean(),
  })
  .partial();

const changes = z
  .strictObject({
    retryDelaySeconds: ms,
    resetDelaySeconds: ms,
    limit: count,
    model: text,
    message: z.string(),
    arrayWrapped: z.boolean(),
    afterEvents: count,
    chunkBytes: z.int().positive(),
    finishReason: text,
    blockReason: text,
    error: text,
    holdSeconds: ms,
    delayMs: ms,
  })
  .partial();

const calls = z.union(
  [
    z.literal("all"),
    z.array(z.int().positive()),
    z.strictObject({ from: z.int().positive(), to: z.int().positive().optional() }),
  ],
  {
    error: 'expected "all", a list of call numbers, or {"from": 2}',
  },
);

const PATHS = [
  "generate",
  "token",
  "quota",
  "models",
  "count",
  "userinfo",
  "revoke",
  "authorize",
  "metadata",
  "load",
  "onboard",
  "operation",
] as const;

const fault = z.strictObject({
  on: z
    .strictObject({ account: text, path: z.enum(PATHS), model: text })
    .partial()
    .optional(),
  calls: calls.optional(),
  answer: text,
  with: changes.optional(),
});

const outage = z.strictObject({
  fromSeconds: ms,
  toSeconds: ms,
  backend: z.enum(["gemini-api", "vertex", "code-assist"]).optional(),
  model: text.optional(),
  account: text.optional(),
  path: z.enum([...PATHS, "*"]).optional(),
  answer: text,
  with: changes.optional(),
});

const part = z.strictObject({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  functionCall: z.strictObject({ name: text, args: z.record(z.string(), z.unknown()) }).optional(),
});

const reply = z.strictObject({
  when: z
    .strictObject({
      account: text,
      model: text,
      lastUserTextIncludes: z.string(),
      hasFunctionResponse: z.boolean(),
      toolsInclude: text,
    })
    .partial()
    .optional(),
  parts: z.array(part).optional(),
  finishReason: text.optional(),
  events: z.int().positive().optional(),
  usage: z.record(z.string(), z.number()).optional(),
  big: z
    .strictObject({
      bytes: z.int().positive().max(1_000_000_000),
      eventBytes: z.int().positive().max(20_000_000).optional(),
    })
    .optional(),
});

/** The shape of a scenario file. */
export const SCENARIO_SHAPE = z.strictObject({
  $schema: z.string().optional(),
  accounts: z.array(account),
  projects: z.record(z.string(), project).optional(),
  users: z.record(z.string(), z.strictObject({ quotas }).partial()).optional(),
  models: z.array(text).optional(),
  locations: z.record(z.string(), location).optional(),
  vertexWithoutCallIds: z.boolean().optional(),
  oauth: z.strictObject({ clientId: text, clientSecret: text, expiresIn: z.number(), consent }).partial().optional(),
  replies: z.array(reply).optional(),
  faults: z.array(fault).optional(),
  outages: z.array(outage).optional(),
  strictSignatures: z.boolean().optional(),
  dayRetrySeconds: ms.optional(),
  latencyMs: ms.optional(),
  inspectBodies: z.boolean().optional(),
});
