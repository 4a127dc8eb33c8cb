import { describe, expect, test } from "bun:test";
import type { Credential } from "../../src/core/credential";
import type { Outcome } from "../../src/core/outcome";
import { type AddLocalParts, addLocal } from "../../src/enrol/add-local";
import { createLocalIdentities } from "../../src/google/local-identities";
import { createTokenMinter } from "../../src/google/token-minter";
import { GOOGLE_TOKEN_URL } from "../../src/google/token-url";
import type { Fetch } from "../../src/ports/world";
import { keyFile, rsaPair, SERVICE_EMAIL, userFile } from "../support/service-account";
import { addKeyParts } from "./parts";

const HOME = "/home/me";
const KEY = `${HOME}/keys/sa.json`;
const ADC = `${HOME}/.config/gcloud/application_default_credentials.json`;

const CUT = rsaPair().privateKey.slice(0, 400);
const REVOKED = async () =>
  Response.json({ error: "invalid_grant", error_description: "Bad Request" }, { status: 400 });
const WORKS = { probe: async () => ({ kind: "valid" as const }) };

/** A machine with these files; the network is dead unless `fetch` is given. */
function machine(files: Record<string, string>, fetch: Fetch = () => Promise.reject(new TypeError("no network"))) {
  const world = addKeyParts();
  for (const [path, text] of Object.entries(files)) world.files.put(path, text);
  const env = () => ({ METADATA_SERVER_DETECTION: "none" });
  const options = { files: world.files, env, home: HOME, fetch, clock: world.clock, tokenUrl: GOOGLE_TOKEN_URL };
  const { store, state, chance, clock } = world;
  const markOf = ({ kind }: Credential) => `mark of ${kind}`;
  const parts: AddLocalParts = {
    ...{ store, state, chance, clock, markOf },
    identities: createLocalIdentities(options),
    absolutePath: (path) => (path.startsWith("/") ? path : `${HOME}/keys/${path}`),
  };
  const entries = () => store.current().entries;
  return { parts, entries, state, clock, files: world.files, minter: createTokenMinter(options) };
}

const byFile = (path = KEY) => ({ source: { kind: "key-file", path } }) as const;
const BY_ADC = { source: { kind: "adc" } } as const;

describe("a service account", () => {
  test("is added with the project of its file, at global", async () => {
    const { parts, entries } = machine({ [KEY]: keyFile() });
    const result = await addLocal(byFile(), parts);
    expect(result).toMatchObject({ kind: "added", label: "vertex prod-9", isRefused: false });
    expect(result.sentence).not.toContain(SERVICE_EMAIL);
    expect(entries()).toMatchObject([
      {
        account: { backend: "vertex", credential: "service-account", project: "prod-9", location: "global" },
        credential: { kind: "service-account", keyFile: KEY },
      },
    ]);
  });

  test("is added with the project, the place and the name that are wished for", async () => {
    const { parts, entries } = machine({ [KEY]: keyFile() });
    await addLocal({ ...byFile(), project: " other-1 ", location: "europe-west4", label: " eu\n" }, parts);
    expect(entries()[0]?.account).toMatchObject({ project: "other-1", location: "europe-west4", label: "eu" });
  });

  test("twice is one account, by whatever path it is named", async () => {
    const { parts, entries } = machine({ [KEY]: keyFile() });
    const first = await addLocal(byFile(), parts);
    const second = await addLocal({ ...byFile("sa.json"), label: "other" }, parts);
    expect(second).toMatchObject({ kind: "updated", label: "vertex prod-9" });
    expect(second).toMatchObject({ id: (first as { id: string }).id });
    expect(entries()).toHaveLength(1);
  });

  test("in two places is two accounts", async () => {
    const { parts, entries } = machine({ [KEY]: keyFile() });
    await addLocal(byFile(), parts);
    await addLocal({ ...byFile(), location: "us-central1" }, parts);
    expect(entries().map(({ account }) => account.label)).toEqual(["vertex prod-9", "vertex prod-9 2"]);
  });

  const wrong: readonly (readonly [string, Record<string, string>, object, RegExp])[] = [
    ["a file that is not there", {}, {}, /sa\.json does not exist/],
    ["a file that is no key", { [KEY]: "{}" }, {}, /no service-account key/],
    ["a damaged key", { [KEY]: keyFile({ private_key: CUT }) }, {}, /private key in .*sa\.json is damaged/],
    ["a person's login", { [KEY]: userFile() }, {}, /application default credentials/],
    ["an OAuth client", { [KEY]: '{"installed":{}}' }, {}, /OAuth client/],
    ["no project anywhere", { [KEY]: keyFile({ project_id: undefined }) }, {}, /project is needed/],
    ["a project that is none", { [KEY]: keyFile() }, { project: "my project" }, /not the id/],
    ["a place that is none", { [KEY]: keyFile() }, { location: "Europe West" }, /not a location/],
  ];
  for (const [name, files, more, words] of wrong)
    test(`${name} is told and nothing is stored`, async () => {
      const { parts, entries } = machine(files);
      const result = await addLocal({ ...byFile(), ...more }, parts);
      expect(result).toMatchObject({ kind: "wrong", sentence: expect.stringMatching(words) });
      expect(entries()).toEqual([]);
    });

  test("no path at all is told", async () => {
    expect(await addLocal(byFile(" "), machine({}).parts)).toMatchObject({ kind: "wrong" });
  });

  test("whose key Google does not know is stored and told; it is parked, and not lifted", async () => {
    const refusal = { error: "invalid_grant", error_description: "Invalid JWT Signature." };
    const { parts, state, clock, minter } = machine({ [KEY]: keyFile() }, async () =>
      Response.json(refusal, { status: 400 }),
    );
    const first = await addLocal(byFile(), parts);
    const accountId = (first as { id: string }).id;
    for (const _ of ["not yet parked", "parked"]) {
      const refused = await addLocal(byFile(), { ...parts, minter, probe: WORKS });
      expect(refused).toMatchObject({ kind: "updated", isRefused: true });
      expect(refused.sentence).toContain("calls are refused");
      expect(state.current().parked.get(accountId)).toMatchObject({
        state: "needs-login",
        sentence: expect.stringContaining("Google refuses the key"),
        credentialMark: "mark of service-account",
      });
    }
    await clock.advance(1_000);
    await addLocal(byFile(), parts);
    expect(state.current().parked.size).toBe(0);
  });

  test("whose calls Google refuses for good is parked with the address; a lack of quota or of network parks nobody", async () => {
    const refused = { status: 403, sentence: "The API is not switched on." };
    const outcomes: readonly [Outcome, object | undefined][] = [
      [
        { kind: "parked", state: "project-disabled", scope: "project", url: "https://console.example/x", ...refused },
        { state: "project-disabled", url: "https://console.example/x", sentence: refused.sentence },
      ],
      [{ kind: "banned", ...refused }, { state: "banned" }],
      [{ kind: "denied", ...refused }, undefined],
      [{ kind: "limited", scope: "quota", reason: "rate-limit", detailed: false, ...refused }, undefined],
      [{ kind: "transient", cause: "server", ...refused }, undefined],
    ];
    for (const [outcome, parked] of outcomes) {
      const { parts, state, minter } = machine({ [KEY]: keyFile() }, async () =>
        Response.json({ access_token: "ya29.c.example", expires_in: 3599 }),
      );
      const probe = { probe: async () => ({ kind: "refused" as const, outcome }) };
      const added = await addLocal(byFile(), { ...parts, minter, probe });
      expect(added.kind).toBe("added");
      const found = state.current().parked.get((added as { id: string }).id);
      if (parked === undefined) expect(found).toBeUndefined();
      else expect(found).toMatchObject(parked);
    }
  });

  test("the first call is made with a token of its own", async () => {
    const tokens: unknown[] = [];
    const { parts, minter } = machine({ [KEY]: keyFile() }, async () =>
      Response.json({ access_token: "ya29.c.example", expires_in: 3599 }),
    );
    const probe = {
      probe: async (_: unknown, access: unknown) => {
        tokens.push(access);
        return { kind: "valid" as const };
      },
    };
    await addLocal(byFile(), { ...parts, minter, probe });
    expect(tokens).toEqual([{ kind: "bearer", token: "ya29.c.example" }]);
  });
});

describe("application default credentials", () => {
  test("of a person are added with their quota project, once", async () => {
    const { parts, entries } = machine({ [ADC]: userFile() });
    expect(await addLocal(BY_ADC, parts)).toMatchObject({ kind: "added", label: "vertex work-123" });
    expect(await addLocal(BY_ADC, parts)).toMatchObject({ kind: "updated" });
    expect(entries()).toHaveLength(1);
    expect(entries()[0]?.credential).toEqual({ kind: "adc" });
  });

  test("that are not there say what to do", async () => {
    const result = await addLocal(BY_ADC, machine({}).parts);
    expect(result).toMatchObject({ kind: "wrong", sentence: expect.stringContaining("gcloud auth") });
  });

  test("by a damaged key are told, and nothing is stored", async () => {
    const { parts, entries } = machine({ [ADC]: keyFile({ private_key: CUT }) });
    expect(await addLocal(BY_ADC, parts)).toMatchObject({ kind: "wrong", sentence: expect.stringMatching(/damaged/) });
    expect(entries()).toEqual([]);
  });

  test("that Google does not take any more are told, and nothing is stored", async () => {
    const { parts, entries, minter } = machine({ [ADC]: userFile() }, REVOKED);
    const result = await addLocal(BY_ADC, { ...parts, minter, probe: WORKS });
    expect(result.kind).toBe("failed");
    expect(result.sentence).toStartWith("Nothing was stored: Google no longer accepts this login");
    expect(result.sentence).toContain("gcloud auth application-default login");
    expect(entries()).toEqual([]);
  });

  test("whose own OAuth client Google does not take are told, and nothing is stored", async () => {
    const { parts, entries, minter } = machine({ [ADC]: userFile() }, async () =>
      Response.json({ error: "invalid_client" }, { status: 401 }),
    );
    const result = await addLocal(BY_ADC, { ...parts, minter, probe: WORKS });
    expect(result).toMatchObject({ kind: "failed", sentence: expect.stringContaining("OAuth client") });
    expect(entries()).toEqual([]);
  });

  test("that are an account already are parked where Google takes them no more", async () => {
    const { parts, entries, state, minter } = machine({ [ADC]: userFile() }, REVOKED);
    await addLocal(BY_ADC, parts);
    const [before] = entries();
    expect(await addLocal(BY_ADC, { ...parts, minter, probe: WORKS })).toMatchObject({ kind: "failed" });
    expect(entries()).toEqual(before === undefined ? [] : [before]);
    const parked = state.current().parked.get(before?.account.id ?? "");
    expect(parked).toMatchObject({ state: "needs-login", credentialMark: "mark of adc" });
  });

  test("that could not be asked about are stored, and it is said", async () => {
    const { parts, entries, state, minter } = machine({ [ADC]: userFile() });
    const result = await addLocal(BY_ADC, { ...parts, minter, probe: WORKS });
    expect(result).toMatchObject({ kind: "added", isRefused: false });
    expect(result.sentence).toContain("could not be checked");
    expect(entries()).toHaveLength(1);
    expect(state.current().parked.size).toBe(0);
  });

  test("given up while the machine is asked, nothing is stored", async () => {
    const { parts, entries } = machine({ [ADC]: userFile() });
    expect(await addLocal(BY_ADC, { ...parts, signal: AbortSignal.abort() })).toMatchObject({ kind: "aborted" });
    expect(entries()).toEqual([]);
  });
});
