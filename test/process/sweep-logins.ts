import type { FaultRule, Scenario, ScenarioAccount } from "../emulator/scenario";
import { returnedTo, show } from "../enrol/login-world";
import { keyFile, rsaPair, userFile } from "../support/service-account";
import type { cliLogins } from "./login-world";
import { MARK } from "./planted";

type Machine = Awaited<ReturnType<ReturnType<typeof cliLogins>["machine"]>>;

const keyOf = (name: string) => `AIza${MARK}-${name}`;
const expressOf = (name: string) => `AQ.${MARK}-${name}`;
const clientOf = (name: string) => ({ id: `${name}.apps.example`, secret: `client-${MARK}-${name}` });
const person = (name: string, more: object = {}) => ({
  label: name,
  refreshToken: `1//${MARK}-${name}`,
  project: "side-1",
  email: `${MARK}.${name}@work.example`,
  client: clientOf(name),
  ...more,
});
const ROBOT = `${MARK}.robot@prod-9.iam.gserviceaccount.example`;

/** What keys are refused with when they are given. */
const KEY_REFUSALS = [
  "gl_400_api_key_expired",
  "gl_403_consumer_suspended",
  "gl_403_key_leaked",
  "gl_403_service_blocked",
  "gl_403_service_disabled",
  "gl_429_free_rpd",
  "gl_503_overloaded",
  "html_502",
];
const EXPRESS_REFUSALS = ["vx_403_billing_disabled", "vx_403_service_disabled", "vx_429_dsq_bare"];

/** What Code Assist says of a seat, beside the one that is ready. */
const SEATS: Readonly<Record<string, Partial<FaultRule>>> = {
  checked: { answer: "ca_load_validation_required_200" },
  unfit: { answer: "ca_load_unsupported_client_200" },
  suspended: { answer: "ca_403_tos_violation" },
};

/** Google as these logins need it: some are refused the first time, then taken. */
export function loginScenario(): { accounts: Scenario["accounts"]; more: Partial<Scenario> } {
  const accounts: ScenarioAccount[] = [
    { label: "good-key", key: keyOf("good"), project: "side-1" },
    { label: "good-express", expressKey: expressOf("good"), project: "prod-8" },
    { label: "robot", serviceEmail: ROBOT, project: "prod-9", publicKey: rsaPair().publicKey, isMachine: true },
    ...["caller", "me", "codeless"].map((name) => person(name)),
    person("new", { seat: { onboardPolls: 0 } }),
    ...Object.keys(SEATS).map((name) => person(name)),
    ...KEY_REFUSALS.map((name) => ({ label: name, key: keyOf(name) })),
    ...EXPRESS_REFUSALS.map((name) => ({ label: name, expressKey: expressOf(name) })),
  ];
  const faults: FaultRule[] = [
    ...KEY_REFUSALS.map((answer) => ({ on: { account: answer, path: "models" as const }, answer })),
    ...EXPRESS_REFUSALS.map((answer) => ({ on: { account: answer, path: "count" as const }, answer })),
    ...Object.entries(SEATS).map(([account, { answer = "" }]) => ({ on: { account, path: "load" as const }, answer })),
    { on: { account: "robot", path: "token" }, calls: [1], answer: "oauth_invalid_grant_jwt_signature" },
    { on: { account: "caller", path: "token" }, calls: [1], answer: "oauth_invalid_grant_revoked" },
    { on: { account: "codeless", path: "token" }, calls: [1], answer: "oauth_invalid_client" },
    { on: { account: "codeless", path: "token" }, calls: [2], answer: "oauth_invalid_grant_malformed_code" },
    { on: { account: "me", path: "count" }, calls: [1], answer: "any_403_scope_insufficient" },
  ];
  return { accounts, more: { faults } };
}

/** Everything that was said, and by what. */
export type Told = [where: string, text: string][];

/** `own` gets the files that the person has written. `isBrief`: without what only repeats, and programs' forms alone. */
export interface Sweeping {
  readonly own: Set<string>;
  readonly told: Told;
  readonly isBrief: boolean;
}

/** One machine, every way in, and what the commands say then. */
export async function everyWay(made: Machine, { own, told, isBrief }: Sweeping): Promise<void> {
  const write = async (name: string, text: string) => {
    const path = await made.write(name, text);
    own.add(path);
    return path;
  };
  const cli = async (args: readonly string[], input?: string) => {
    const { stdout, stderr } = await made.home.cli(args, input);
    told.push([`stdout of ${args.join(" ")}`, stdout], [`stderr of ${args.join(" ")}`, stderr]);
  };
  const client = (name: string) => {
    const { id, secret } = clientOf(name);
    const installed = { client_id: id, client_secret: secret, project_id: name };
    return write(`${name}.json`, JSON.stringify({ installed }));
  };
  const browser = async (...args: string[]) => {
    const login = await made.begin(...args);
    // Where no address is shown the login has ended already.
    const page = login.url === "" ? undefined : await returnedTo(login.url);
    if (page?.startsWith("http")) told.push([`page of ${args.join(" ")}`, (await show(page)).text]);
    else login.interrupt();
    const { stdout, stderr } = await login.end();
    told.push([`stdout of login ${args.join(" ")}`, stdout], [`stderr of login ${args.join(" ")}`, stderr]);
  };
  const keys = [...KEY_REFUSALS, "unknown", "good"].map(keyOf).join("\n");
  await cli(["login", "--key", "-"], keys);
  await cli(["login", "--key", "-", "--express"], [...EXPRESS_REFUSALS, "good"].map(expressOf).join("\n"));
  const robot = await write("robot.json", keyFile({ client_email: ROBOT }));
  const times = isBrief ? ["refused"] : ["refused", "robot"];
  for (const label of times) await cli(["login", "--service-account", robot, "--label", label]);
  await cli(["login", "--adc"]);
  const { id, secret } = clientOf("caller");
  const adc = userFile({ client_id: id, client_secret: secret, refresh_token: `1//${MARK}-caller` });
  await write(".config/gcloud/application_default_credentials.json", adc);
  for (const _ of times) await cli(["login", "--adc", "--project", "side-1"]);
  await cli(["oauth-client", "add", await client("me")]);
  await browser("--seat", "--client", "me");
  for (const backend of ["gemini-api", "vertex"])
    await browser("--backend", backend, "--client", "me", "--project", "side-1");
  for (const name of isBrief ? ["codeless", "checked"] : ["codeless", "codeless", "new", ...Object.keys(SEATS)])
    await browser("--seat", "--client", await client(name), "--project", "side-1");
  await reports(made, { cli, write, told, isBrief });
}

interface Hands extends Omit<Sweeping, "own"> {
  cli(args: readonly string[], input?: string): Promise<void>;
  write(name: string, text: string): Promise<string>;
}

const REPORTS: readonly (readonly string[])[] = [
  ["status"],
  ["status", "--json"],
  ["usage"],
  ["usage", "--json"],
  ["events", "--limit", "1000"],
  ["events", "--json", "--limit", "1000"],
  ["doctor"],
  ["doctor", "--json", "--fix"],
  ["oauth-client", "list"],
  ["export", "--json"],
  ["export", "--env"],
];

async function reports({ home, ask }: Machine, { cli, write, told, isBrief }: Hands): Promise<void> {
  const { accounts } = home.readAccounts();
  for (const { id } of accounts.slice(isBrief ? -1 : -4)) await cli(["verify", String(id)]);
  // The text of a good answer is the user's own.
  const answer = await ask();
  told.push(["a program's answer", answer.startsWith("200 ") ? "200" : answer]);
  const login = { email: `${MARK}.old@work.example`, refreshToken: `1//${MARK}-old`, projectId: "side-2" };
  const old = await write(
    "antigravity-accounts.json",
    JSON.stringify({ version: 3, accounts: [login], activeIndex: 0 }),
  );
  const env = await write("old.env", `GEMINI_API_KEY_1=${keyOf("old")}\nGEMINI_API_KEY_2=${keyOf("older")}\n`);
  const imports = [old, env].flatMap((file) => [
    ["import", file, "--dry-run"],
    ["import", file, "--dry-run", "--json"],
  ]);
  const forPrograms = REPORTS.filter((args) => args.includes("--json") || args.includes("--env"));
  for (const args of isBrief ? forPrograms : [...REPORTS, ...imports]) await cli(args);
}
