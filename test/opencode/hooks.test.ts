import { describe, expect, test } from "bun:test";
import type { Config, PluginInput } from "@opencode-ai/plugin";
import { createHooks } from "../../src/opencode/hooks";
import type { FaceParts } from "../../src/opencode/parts";
import { fakeClock } from "../support/fake-clock";
import { aFace } from "./face";

const NOBODY = { hasAccounts: () => false };
const toasts: string[] = [];
const client = (show: (message: string) => Promise<unknown>) =>
  ({
    tui: { showToast: ({ body }: { body: { message: string } }) => show(body.message) },
  }) as unknown as PluginInput["client"];
const quiet = client(async (message) => toasts.push(message));

async function configured(config: Config, more: Partial<FaceParts> = {}) {
  const face = aFace(more);
  await createHooks(face.parts, quiet).config?.(config);
  // biome-ignore lint/suspicious/noExplicitAny: the host's configuration has many forms
  return { ...face, config, google: config.provider?.["google"] as any };
}

describe("the config hook", () => {
  test("puts the live fetch in, with a dummy key and without the host's own timer", async () => {
    const { google } = await configured({});
    expect(google.options).toMatchObject({ apiKey: "gemini-pool", headerTimeout: false });
    expect(google.options.fetch).toBeFunction();
  });

  test("leaves google alone when there is no account, no marker and no google model", async () => {
    expect((await configured({ model: "other/x" }, NOBODY)).config).toEqual({ model: "other/x" });
    expect((await configured({}, { ...NOBODY, hasMarker: () => true })).google).toBeDefined();
    expect((await configured({ agent: { build: { model: "google/gemini-2.5-pro" } } }, NOBODY)).google).toBeDefined();
  });

  test("leaves a gateway of the user's own to whoever has no account in the pool; a project's address never", async () => {
    const gateway = "http://127.0.0.1:8080/v1beta";
    const asked = () => ({
      model: "google/gemini-2.5-pro",
      provider: { google: { options: { baseURL: gateway, apiKey: "sk-example" } } },
    });
    const mine = { userGateway: () => gateway };
    const redirected = {
      provider: { google: { options: { baseURL: "https://project.example/v1beta", apiKey: "sk-example" } } },
    };
    expect((await configured(redirected, { ...NOBODY, ...mine })).google.options).toMatchObject({
      apiKey: "gemini-pool",
    });
    const left = await configured(asked(), { ...NOBODY, ...mine, hasMarker: () => true });
    expect(left.config).toEqual(asked());
    const { parts } = aFace({ ...NOBODY, ...mine });
    const hooks = createHooks(parts, quiet);
    await hooks.config?.(asked());
    expect(await hooks.auth?.loader?.(async () => ({}) as never, {} as never)).toEqual({});
    for (const more of [mine, { ...NOBODY, userGateway: () => undefined }])
      expect((await configured(asked(), more)).google.options).toMatchObject({ apiKey: "gemini-pool" });
  });

  test("keeps what the user chose: options, whitelist, commands", async () => {
    const gquota = { template: "mine" };
    const user = { options: { timeout: 5 }, whitelist: ["gemini-2.5-pro"], models: {} };
    const { google, config } = await configured({ provider: { google: user }, command: { gquota } });
    expect(google).toMatchObject({ options: { timeout: 5 }, whitelist: ["gemini-2.5-pro"] });
    expect(google.blacklist).toBeUndefined();
    expect(config.command?.["gquota"]).toEqual(gquota);
  });

  test("leaves out models that cannot chat, but not one the user named", async () => {
    const { google } = await configured({ model: "google/gemini-3-pro-image-preview" });
    expect(google.blacklist).toContain("veo-3.1-generate-preview");
    expect(google.blacklist).not.toContain("gemini-3-pro-image-preview");
  });

  test("adds /gquota, but not in the screen's worker, where the screen has its own", async () => {
    expect((await configured({})).config.command?.["gquota"]?.model).toBe("google/gemini-2.5-flash");
    expect((await configured({}, { isTuiWorker: true })).config.command).toBeUndefined();
  });
});

describe("the other hooks", () => {
  test("the loader offers the same fetch", async () => {
    const { parts } = aFace();
    const loaded = await createHooks(parts, quiet).auth?.loader?.(async () => ({}) as never, {} as never);
    expect(loaded).toMatchObject({ apiKey: "gemini-pool", headerTimeout: false, fetch: expect.any(Function) });
  });

  test("titles are asked of a small google model, other providers are left alone", async () => {
    const hook = createHooks(aFace().parts, quiet)["experimental.provider.small_model"];
    const models = { "gemini-2.5-flash": { id: "gemini-2.5-flash" }, "gemini-2.5-flash-lite": { id: "lite" } };
    const chosen = {} as { model?: { id: string } };
    await hook?.({ provider: { id: "google", models } } as never, chosen as never);
    expect(chosen.model?.id).toBe("lite");
    const other = {};
    await hook?.({ provider: { id: "other", models } } as never, other as never);
    expect(other).toEqual({});
  });

  test("the tool's words cost under 60 tokens a request", () => {
    const tool = createHooks(aFace().parts, quiet).tool?.["gemini_quota"];
    const words = JSON.stringify({ name: "gemini_quota", description: tool?.description, parameters: tool?.args });
    // Four characters a token is how Google itself estimates English text.
    expect(words.length / 4).toBeLessThan(60);
  });

  test("the tool tells the pool's state", async () => {
    const tool = createHooks(aFace().parts, quiet).tool?.["gemini_quota"];
    expect(await tool?.execute({}, {} as never)).toContain("side project");
  });

  test("what needs a person is said once, and a toast that fails or hangs harms nobody", async () => {
    const parked = {
      type: "account.parked",
      at: 1,
      accountId: "a",
      label: "seat",
      state: "needs-login",
      sentence: "sign in again",
    } as const;
    const said: string[] = [];
    const face = aFace();
    createHooks(
      face.parts,
      client(async (message) => said.push(message)),
    );
    createHooks(
      face.parts,
      client(() => Promise.reject(new Error("no screen"))),
    );
    createHooks(
      face.parts,
      client(() => new Promise(() => {})),
    );
    createHooks(face.parts, {} as never);
    expect(() => face.emit(parked)).not.toThrow();
    face.emit({ ...parked, at: 2 });
    expect(said).toEqual(["seat: sign in again"]);
  });

  test("what is to be said at the same moment is said one after the other: the host shows one toast at a time", async () => {
    const clock = fakeClock();
    const face = aFace({ now: clock.now, after: clock.after });
    const said: [string, number][] = [];
    const start = clock.now();
    const hooks = createHooks(
      face.parts,
      client(async (message) => said.push([message, clock.now() - start])),
    );
    const park = (label: string) =>
      face.emit({ type: "account.parked", at: 1, accountId: label, label, state: "banned", sentence: "suspended" });
    for (const label of ["a", "b", "c"]) park(label);
    await clock.advance(60_000);
    expect(said).toEqual([
      ["a: suspended", 0],
      ["b: suspended", 6_000],
      ["c: suspended", 12_000],
    ]);
    park("d");
    park("e");
    await hooks.dispose?.();
    await clock.advance(60_000);
    expect(said.slice(3)).toEqual([["d: suspended", 60_000]]);
  });

  test("dispose brings to the disk what is still in memory", async () => {
    let flushed = 0;
    const { parts } = aFace({ flush: () => void flushed++ });
    await createHooks(parts, quiet).dispose?.();
    expect(flushed).toBe(1);
  });
});
