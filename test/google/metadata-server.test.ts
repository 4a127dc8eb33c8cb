import { describe, expect, test } from "bun:test";
import { createMetadataServer } from "../../src/google/metadata-server";
import { userFile } from "../support/service-account";
import { ADC_PATH, FLAVOR, minting, said, token } from "./minting";

const ADC = { kind: "adc" } as const;
const google = (call: { url: string }) =>
  call.url.includes("/token?")
    ? Response.json({ access_token: "ya29.machine", expires_in: 1800 }, { headers: FLAVOR })
    : new Response("service-accounts/", { headers: FLAVOR });
/** Nobody answers until the call is given up, as at an address that leads nowhere. */
const nowhere = (_call: unknown, init: RequestInit) =>
  new Promise<Response>((_resolve, reject) =>
    init.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
  );

describe("the metadata server", () => {
  test("is asked where no file is, by its header, for the scope we need", async () => {
    const { minter, calls } = minting(google);
    expect(await minter.mint(ADC)).toEqual({ kind: "refreshed", accessToken: "ya29.machine", lifetimeMs: 1_800_000 });
    const [probe, minted] = calls;
    expect(probe?.url).toBe("http://169.254.169.254/computeMetadata/v1/instance");
    expect(new URL(minted?.url ?? "").searchParams.get("scopes")).toBe(
      "https://www.googleapis.com/auth/cloud-platform",
    );
    expect(minted?.headers.get("metadata-flavor")).toBe("Google");
  });

  test("is found once and not looked for again", async () => {
    const { minter, calls } = minting(google);
    await minter.mint(ADC);
    await minter.mint(ADC);
    expect(calls.filter(({ url }) => url.endsWith("/instance")).length).toBe(1);
  });

  test("is where GCE_METADATA_HOST says", async () => {
    const { minter, calls } = minting(google, { env: { GCE_METADATA_HOST: "127.0.0.1:8080" } });
    await minter.mint(ADC);
    expect(calls.every(({ url }) => url.startsWith("http://127.0.0.1:8080/computeMetadata/v1/"))).toBe(true);
  });

  test("is not asked where METADATA_SERVER_DETECTION says so, nor where a file is", async () => {
    const none = minting(google, { env: { METADATA_SERVER_DETECTION: "none" } });
    expect(said(await none.minter.mint(ADC))).toContain("gcloud auth application-default login");
    expect(none.calls).toEqual([]);
    const file = minting(() => token());
    file.files.put(ADC_PATH, userFile());
    await file.minter.mint(ADC);
    expect(file.calls.map(({ url }) => new URL(url).hostname)).toEqual(["oauth2.googleapis.com"]);
  });

  test("that is not there costs one second, once a minute", async () => {
    const { minter, clock, calls } = minting(nowhere);
    const began = clock.now();
    expect(said(await clock.finish(minter.mint(ADC), 5_000))).toContain("no application default credentials");
    expect(clock.now() - began).toBe(1_000);
    await minter.mint(ADC);
    expect(calls.length).toBe(1);
    await clock.advance(60_000);
    await clock.finish(minter.mint(ADC), 5_000);
    expect(calls.length).toBe(2);
  });

  test("is not taken for one where a stranger answers in its place", async () => {
    const { minter, calls } = minting(() => Response.json({ access_token: "ya29.stranger", expires_in: 3600 }));
    expect(await minter.mint(ADC)).toMatchObject({ outcome: { kind: "machine" } });
    expect(calls.length).toBe(1);
  });

  test("gives no token where a stranger answers in its place once it was found", async () => {
    const stranger = Response.json({ access_token: "ya29.stranger", expires_in: 3600 });
    const { minter } = minting((call) => (call.url.includes("/token?") ? stranger : google(call)));
    expect(await minter.mint(ADC)).toMatchObject({ kind: "failed", outcome: { kind: "transient" } });
  });

  test("tells a machine without an account from a server that stumbles", async () => {
    const refused = (status: number) =>
      minting((call) => (call.url.includes("/token?") ? new Response("", { status, headers: FLAVOR }) : google(call)));
    expect(said(await refused(404).minter.mint(ADC))).toContain("no service account");
    expect(await refused(403).minter.mint(ADC)).toMatchObject({ outcome: { kind: "machine" } });
    for (const status of [429, 500, 503])
      expect(await refused(status).minter.mint(ADC)).toMatchObject({ outcome: { kind: "transient" } });
  });

  test("a caller who leaves during the search proves nothing", async () => {
    const world = minting(nowhere);
    const server = createMetadataServer(world.options);
    const leaving = new AbortController();
    const left = server.isThere(leaving.signal);
    leaving.abort();
    expect(await left).toBe(false);
    void server.isThere();
    expect(world.calls.length).toBe(2);
  });
});
