import { describe, expect, test } from "bun:test";
import { createLocalIdentities } from "../../src/google/local-identities";
import { keyFile, SERVICE_EMAIL, userFile } from "../support/service-account";
import { ADC_PATH, FLAVOR, minting } from "./minting";

const none = () => new Response("", { status: 404 });

function looking(env: Record<string, string> = {}, answer: Parameters<typeof minting>[0] = none) {
  const world = minting(answer, { env });
  return { ...world, identities: createLocalIdentities(world.options) };
}

describe("describeAdc", () => {
  test("a person's login: whose quota it spends, and no exchange", async () => {
    const { identities, files, calls } = looking();
    files.put(ADC_PATH, userFile({ account: "me@work.example" }));
    const found = await identities.describeAdc();
    expect(found).toMatchObject({
      kind: "user",
      project: "work-123",
      quotaProject: "work-123",
      email: "me@work.example",
    });
    expect(found.sentence).not.toContain("me@work.example");
    expect(calls).toEqual([]);
  });

  test("a key file: its project and account", async () => {
    const { identities, files } = looking({ GOOGLE_APPLICATION_CREDENTIALS: "/home/me/sa.json" });
    files.put("/home/me/sa.json", keyFile());
    const found = await identities.describeAdc();
    expect(found).toMatchObject({ kind: "service-account", project: "prod-9", email: SERVICE_EMAIL });
    expect(found.sentence).toContain("prod-9");
    expect(found.sentence).not.toContain(SERVICE_EMAIL);
  });

  test("a machine of Google's: what its server says of it", async () => {
    const answer = ({ url }: { url: string }) =>
      new Response(url.endsWith("project-id") ? "prod-9\n" : SERVICE_EMAIL, { headers: FLAVOR });
    const { identities } = looking({}, answer);
    expect(await identities.describeAdc()).toMatchObject({
      kind: "metadata-server",
      project: "prod-9",
      email: SERVICE_EMAIL,
    });
  });

  test("the project of the environment comes first; without credentials there is none", async () => {
    const env = { GOOGLE_CLOUD_PROJECT: "mine" };
    const { identities, files } = looking(env);
    expect(await identities.describeAdc()).toEqual({ kind: "none", sentence: expect.stringContaining("gcloud") });
    files.put(ADC_PATH, userFile());
    expect(await identities.describeAdc()).toMatchObject({ project: "mine", quotaProject: "work-123" });
  });

  test("what cannot be used is said, with another way", async () => {
    const { identities, files } = looking();
    files.put(ADC_PATH, JSON.stringify({ type: "external_account" }));
    expect(await identities.describeAdc()).toEqual({
      kind: "unsupported",
      sentence: expect.stringContaining("key file"),
    });
  });
});

test("describeKeyFile tells a key from what is none, and hides what must be hidden", () => {
  const { identities, files } = looking();
  files.put("/home/me/sa.json", keyFile({ project_id: "ya29.planted" }));
  const found = identities.describeKeyFile("~/sa.json");
  expect(found.kind).toBe("service-account");
  expect(found.sentence).not.toContain("ya29.planted");
  expect(identities.describeKeyFile("/nowhere.json")).toEqual({
    kind: "unsupported",
    sentence: expect.stringContaining("/nowhere.json does not exist"),
  });
});
