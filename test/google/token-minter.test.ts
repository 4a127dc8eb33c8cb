import { describe, expect, test } from "bun:test";
import { keyFile, SERVICE_EMAIL, userFile } from "../support/service-account";
import { ADC_PATH, minting, said, token } from "./minting";

const PATH = "/home/me/sa.json";
const KEY = { kind: "service-account", keyFile: PATH } as const;
const ADC = { kind: "adc" } as const;
const refusal = (error: string, error_description: string, headers: Record<string, string> = {}) =>
  Response.json({ error, error_description }, { status: 400, headers });

describe("a key file", () => {
  test("is exchanged in one call, as a form, under our own name", async () => {
    const { minter, files, calls } = minting(() => token());
    files.put(PATH, keyFile());
    expect(await minter.mint(KEY)).toEqual({
      kind: "refreshed",
      accessToken: "ya29.c.example",
      lifetimeMs: 3_599_000,
    });
    expect(calls.map(({ url }) => url)).toEqual(["https://oauth2.googleapis.com/token"]);
    expect(calls[0]?.form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect(calls[0]?.headers.get("user-agent")).toContain("opencode-gemini-pool");
  });

  test("names where it goes, unless the user has named another address", async () => {
    const own = "http://127.0.0.1:9090/token";
    const audience = (assertion: string | null | undefined) =>
      JSON.parse(Buffer.from((assertion ?? "").split(".")[1] ?? "", "base64url").toString()).aud;
    for (const [tokenUrl, goes] of [
      [undefined, own],
      ["https://proxy.example/token", "https://proxy.example/token"],
    ] as const) {
      const { minter, files, calls } = minting(() => token(), tokenUrl === undefined ? {} : { tokenUrl });
      files.put(PATH, keyFile({ token_uri: own }));
      await minter.mint(KEY);
      expect(calls[0]?.url).toBe(goes);
      expect(audience(calls[0]?.form.get("assertion"))).toBe(own);
    }
  });

  test("may stand below the home directory", async () => {
    const { minter, files } = minting(() => token());
    files.put(PATH, keyFile());
    expect(await minter.mint({ kind: "service-account", keyFile: "~/sa.json" })).toMatchObject({ kind: "refreshed" });
  });

  test("that is missing or damaged marks nobody, costs no call, and is read again next time", async () => {
    const { minter, files, calls } = minting(() => token());
    expect(await minter.mint(KEY)).toMatchObject({ outcome: { kind: "machine" } });
    files.put(PATH, keyFile({ private_key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" }));
    const damaged = await minter.mint(KEY);
    expect(damaged).toMatchObject({ outcome: { kind: "machine" } });
    expect(said(damaged)).toContain(PATH);
    expect(calls).toEqual([]);
    files.put(PATH, keyFile());
    expect(await minter.mint(KEY)).toMatchObject({ kind: "refreshed" });
  });

  test("has another version once it changed, and the same while it did not", () => {
    const { minter, files } = minting(() => token());
    const missing = minter.version(KEY);
    files.put(PATH, keyFile());
    const first = minter.version(KEY);
    expect(minter.version(KEY)).toBe(first);
    files.put(PATH, keyFile());
    expect(new Set([missing, first, minter.version(KEY)]).size).toBe(3);
    files.fail("stat", "EACCES");
    expect(minter.version(KEY)).toContain(PATH);
  });
});

describe("what Google says of a key", () => {
  const refused = async (error: string, description: string, headers?: Record<string, string>) => {
    const { minter, files } = minting(() => refusal(error, description, headers));
    files.put(PATH, keyFile());
    return minter.mint(KEY);
  };

  test("gone or disabled: waits for a person, and the file is named", async () => {
    for (const description of ["Invalid JWT Signature.", "Invalid grant: account not found", "Robot is disabled."]) {
      const result = await refused("invalid_grant", description);
      expect(result).toMatchObject({ outcome: { kind: "parked", state: "needs-login", status: 400 } });
      expect(said(result)).toContain(PATH);
      expect(said(result)).toContain("Put a new key there");
    }
  });

  test("of a wrong clock: nobody is marked, and both clocks are told", async () => {
    const description = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.";
    const result = await refused("invalid_grant", description, { date: "Fri, 20 Nov 2026 10:30:00 GMT" });
    expect(result).toMatchObject({ outcome: { kind: "machine" } });
    expect(said(result)).toContain("Here it is 2026-11-20 12:00:00 UTC, at Google 2026-11-20 10:30:00 UTC.");
    expect(said(await refused("invalid_grant", "Token used too early, 1 < 2"))).toContain("Set the time");
  });

  test("nothing: a failing endpoint and a dead network mark nobody", async () => {
    for (const answer of [() => new Response("", { status: 503 }), () => Promise.reject(new TypeError("down"))]) {
      const { minter, files, calls } = minting(answer);
      files.put(PATH, keyFile());
      expect(await minter.mint(KEY)).toMatchObject({ outcome: { kind: "transient" } });
      expect(calls.length).toBe(1);
    }
  });
});

describe("application default credentials", () => {
  test("named by the environment come before gcloud's", async () => {
    const { minter, files, calls } = minting(() => token(), { env: { GOOGLE_APPLICATION_CREDENTIALS: PATH } });
    files.put(PATH, keyFile());
    files.put(ADC_PATH, userFile());
    await minter.mint(ADC);
    expect(calls[0]?.form.has("assertion")).toBe(true);
  });

  test("named but missing are a mistake and not a reason to take others", async () => {
    const { minter, files, calls } = minting(() => token(), { env: { GOOGLE_APPLICATION_CREDENTIALS: PATH } });
    files.put(ADC_PATH, userFile());
    const result = await minter.mint(ADC);
    expect(said(result)).toContain(PATH);
    expect(said(result)).toContain("GOOGLE_APPLICATION_CREDENTIALS");
    expect(calls).toEqual([]);
  });

  test("of a person are refreshed with the client that is in the file", async () => {
    const { minter, files, calls } = minting(() => token());
    files.put(ADC_PATH, userFile());
    expect(await minter.mint(ADC)).toMatchObject({ kind: "refreshed", accessToken: "ya29.c.example" });
    expect(Object.fromEntries(calls[0]?.form ?? [])).toEqual({
      grant_type: "refresh_token",
      refresh_token: "1//example-refresh",
      client_id: "own-client.apps.example",
      client_secret: "own-client-secret",
    });
  });

  test("stand where CLOUDSDK_CONFIG says", async () => {
    const { minter, files } = minting(() => token(), { env: { CLOUDSDK_CONFIG: "/opt/gcloud" } });
    files.put("/opt/gcloud/application_default_credentials.json", userFile());
    expect(await minter.mint(ADC)).toMatchObject({ kind: "refreshed" });
  });

  test("of a person that Google refuses say gcloud's command, not ours", async () => {
    const { minter, files } = minting(() => refusal("invalid_grant", "Token has been expired or revoked."));
    files.put(ADC_PATH, userFile());
    const result = await minter.mint(ADC);
    expect(result).toMatchObject({ outcome: { kind: "parked", state: "needs-login" } });
    expect(said(result)).toContain("gcloud auth application-default login");
  });

  test("of kinds that we do not serve are named, with another way", async () => {
    for (const type of ["impersonated_service_account", "external_account", "external_account_authorized_user"]) {
      const { minter, files, calls } = minting(() => token());
      files.put(ADC_PATH, JSON.stringify({ type, token_url: "https://evil.example" }));
      const result = await minter.mint(ADC);
      expect(result).toMatchObject({ outcome: { kind: "machine" } });
      expect(said(result)).toContain("not supported yet");
      expect(said(result)).toContain("key file");
      expect(calls).toEqual([]);
    }
  });

  test("that are none are said as that, and a login that is not whole", async () => {
    const { minter, files } = minting(() => token());
    for (const text of ["[1]", "{}", userFile({ refresh_token: "" }), JSON.stringify({ type: "toString" })]) {
      files.put(ADC_PATH, text);
      expect(said(await minter.mint(ADC))).toContain("gcloud auth application-default login");
    }
  });
});

describe("no secret is in what is said", () => {
  const SECRETS = {
    token: "ya29.planted-access",
    refresh: "1//planted-refresh",
    mail: "planted@secret.example",
    key: "-----BEGIN PRIVATE KEY-----\nPLANTED\n-----END PRIVATE KEY-----\n",
    apiKey: "AIza-planted-key",
  };
  const planted = Object.values(SECRETS).join(" ");
  const clean = (result: unknown) => {
    for (const secret of [...Object.values(SECRETS), "PLANTED", SERVICE_EMAIL])
      expect(JSON.stringify(result)).not.toContain(secret);
  };

  test("whatever field of the answer holds one", async () => {
    for (const status of [400, 401, 403, 503]) {
      for (const error of ["invalid_grant", "invalid_client", "odd", planted]) {
        const body = { error, error_description: planted, error_subtype: planted, error_uri: planted, more: planted };
        const { minter, files } = minting(() =>
          Response.json(body, { status, headers: { "x-more": planted.replaceAll("\n", "") } }),
        );
        files.put(PATH, keyFile());
        files.put(ADC_PATH, userFile());
        clean(await minter.mint(KEY));
        clean(await minter.mint(ADC));
      }
    }
  });

  test("whatever field of a file holds one", async () => {
    const names = ["type", "project_id", "private_key_id", "private_key", "client_email", "client_id", "token_uri"];
    for (const name of [...names, "refresh_token", "client_secret", "quota_project_id", "account"]) {
      const { minter, files } = minting(() => refusal("invalid_grant", "Bad Request"));
      for (const text of [keyFile({ [name]: planted }), userFile({ [name]: planted })]) {
        files.put(PATH, text);
        files.put(ADC_PATH, text);
        clean(await minter.mint(KEY));
        clean(await minter.mint(ADC));
      }
    }
  });

  test("though the path of the file has one", async () => {
    const path = "/home/planted@secret.example/sa.json";
    const { minter, files } = minting(() => refusal("invalid_grant", "Invalid JWT Signature."));
    clean(await minter.mint({ kind: "service-account", keyFile: path }));
    files.put(path, keyFile());
    clean(await minter.mint({ kind: "service-account", keyFile: path }));
  });
});
