import { afterEach, expect, test } from "bun:test";
import { KEYS } from "../support/google-world";
import { keyFile, rsaPair, serviceAccount, userFile } from "../support/service-account";
import { cliLogins } from "./login-world";

const { machine, cleanUp } = cliLogins();
afterEach(cleanUp);
const LIMIT_MS = 120_000;
const SECRETS = /PRIVATE KEY|1\/\/example|own-client-secret|AIza/;

type Machine = Awaited<ReturnType<typeof machine>>;
const status = async ({ home }: Machine) => (await home.cli(["status"])).stdout;

test(
  "a damaged key file and a login of gcloud's that is over are told, and nothing is stored",
  async () => {
    const made = await machine([serviceAccount()]);
    const file = await made.write("robot.json", keyFile({ private_key: rsaPair().privateKey.slice(0, 400) }));
    const damaged = await made.home.cli(["login", "--service-account", file]);
    expect(damaged).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("is damaged") });
    await made.write(".config/gcloud/application_default_credentials.json", userFile());
    const over = await made.home.cli(["login", "--adc", "--project", "prod-9"]);
    expect({ exitCode: over.exitCode, stdout: over.stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(over.stderr).toContain("Nothing was stored: Google");
    expect(`${damaged.stderr}${over.stderr}`).not.toMatch(SECRETS);
    expect((await made.home.cli(["status", "--json"])).stdout).toContain('"total": 0');
  },
  LIMIT_MS,
);

test(
  "a service account that Google refuses is stored, and status and a call tell the truth of it",
  async () => {
    const made = await machine([{ label: "nobody", key: KEYS.one }]);
    const file = await made.write("robot.json", keyFile());
    const login = await made.home.cli(["login", "--service-account", file, "--label", "robot"]);
    expect({ exitCode: login.exitCode, stdout: login.stdout }).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("calls are refused: Google refuses the key"),
    });
    expect(await status(made)).toContain("0 of 1 account can answer");
    expect(await made.ask()).toStartWith("400 ");
    expect(await status(made)).toContain("0 of 1 account can answer");
  },
  LIMIT_MS,
);

test(
  "a key that verify finds refused no longer counts among those that can answer",
  async () => {
    const made = await machine([{ label: "good", key: KEYS.one }]);
    const account = (id: string, key: string) => ({
      id,
      label: id,
      backend: "gemini-api",
      credential: { kind: "api-key", key },
    });
    const accounts = [account("good", KEYS.one), account("bad", "AIza-example-nobodys-key")];
    await Bun.write(made.home.accountsFile, JSON.stringify({ version: 1, accounts }));
    expect(await status(made)).toContain("2 of 2 accounts can answer");
    const verified = await made.home.cli(["verify", "bad"]);
    expect(verified).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("still cannot be used") });
    expect(await status(made)).toContain("1 of 2 accounts can answer");
    expect(await made.home.cli(["verify", "good"])).toMatchObject({ exitCode: 0 });
    expect(await status(made)).toContain("1 of 2 accounts can answer");
  },
  LIMIT_MS,
);
