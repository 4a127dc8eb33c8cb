import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createLocalIdentities } from "../../src/google/local-identities";
import { createTokenMinter } from "../../src/google/token-minter";
import { GOOGLE_TOKEN_URL } from "../../src/google/token-url";
import { systemClock } from "../../src/system/clock";
import { systemFetch } from "../../src/system/fetch";
import { systemFiles } from "../../src/system/files";
import { type Emulator, startEmulator } from "../emulator/server";
import { SEAT } from "../support/google-world";
import { keyFile, SERVICE_EMAIL, serviceAccount, userFile } from "../support/service-account";
import { temporaryDirectories } from "../support/temp-directory";
import { said } from "./minting";

const directory = temporaryDirectories();
const open: Emulator[] = [];
afterEach(async () => {
  for (const google of open.splice(0)) await google.close();
});

/** A home with these files and a Google with a service account and a person, over real HTTP. */
async function machine(files: Record<string, string>, { isMachine = false, tokenUrl = "", aheadMs = 0 } = {}) {
  const google = await startEmulator({
    accounts: [serviceAccount({ isMachine }), { label: "seat", ...SEAT, email: "me@work.example" }],
  });
  open.push(google);
  const home = directory();
  for (const [name, text] of Object.entries(files))
    await Bun.write(join(home, name), text.replaceAll("EMULATOR", google.url));
  const options = {
    fetch: systemFetch,
    files: systemFiles,
    home,
    env: () => ({ GCE_METADATA_HOST: new URL(google.url).host }),
    tokenUrl: tokenUrl || `${google.url}/token`,
    clock: { ...systemClock, now: () => systemClock.now() + aheadMs },
  };
  const whose = async (token: string) => {
    const response = await fetch(`${google.url}/oauth2/v2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    return ((await response.json()) as { email?: string }).email;
  };
  return { google, minter: createTokenMinter(options), identities: createLocalIdentities(options), whose };
}

const tokenOf = (result: unknown) => (result as { accessToken?: string }).accessToken ?? "none";
const KEY = { kind: "service-account", keyFile: "~/sa.json" } as const;
const ADC = { kind: "adc" } as const;
const USER_PLACE = ".config/gcloud/application_default_credentials.json";

describe("against Google on loopback", () => {
  test("a key file at the configured endpoint gets a token of its account", async () => {
    const { minter, whose } = await machine({ "sa.json": keyFile() });
    expect(await whose(tokenOf(await minter.mint(KEY)))).toBe(SERVICE_EMAIL);
  });

  test("a key file that names its own endpoint goes there where none is configured", async () => {
    const text = keyFile({ token_uri: "EMULATOR/token" });
    const { minter, whose } = await machine({ "sa.json": text }, { tokenUrl: GOOGLE_TOKEN_URL });
    expect(await whose(tokenOf(await minter.mint(KEY)))).toBe(SERVICE_EMAIL);
  });

  test("a key that was deleted there is said with its file", async () => {
    const { google, minter } = await machine({ "sa.json": keyFile() });
    google.expire(SERVICE_EMAIL);
    const result = await minter.mint(KEY);
    expect(result).toMatchObject({ outcome: { kind: "parked", state: "needs-login" } });
    expect(said(result)).toContain("sa.json");
  });

  test("a clock that is two hours ahead is said with both times", async () => {
    const { minter } = await machine({ "sa.json": keyFile() }, { aheadMs: 7_200_000 });
    const result = await minter.mint(KEY);
    expect(result).toMatchObject({ outcome: { kind: "machine" } });
    expect(said(result)).toMatch(/Here it is .* UTC, at Google .* UTC/);
  });

  test("a person's default credentials get a token of theirs", async () => {
    const { minter, whose, identities } = await machine({
      [USER_PLACE]: userFile({ client_id: SEAT.client.id, client_secret: SEAT.client.secret }),
    });
    expect(await whose(tokenOf(await minter.mint(ADC)))).toBe("me@work.example");
    expect(await identities.describeAdc()).toMatchObject({ kind: "user", quotaProject: "work-123" });
  });

  test("the metadata server gives a token, the project and the account", async () => {
    const { minter, whose, identities } = await machine({}, { isMachine: true });
    expect(await whose(tokenOf(await minter.mint(ADC)))).toBe(SERVICE_EMAIL);
    expect(await identities.describeAdc()).toMatchObject({ project: "prod-9", email: SERVICE_EMAIL });
  });

  test("a machine that is none of Google's says what to do", async () => {
    const { minter, identities } = await machine({});
    expect(said(await minter.mint(ADC))).toContain("gcloud auth application-default login");
    expect(await identities.describeAdc()).toMatchObject({ kind: "none" });
  });
});
