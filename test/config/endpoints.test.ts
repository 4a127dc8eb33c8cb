import { expect, test } from "bun:test";
import { resolveEndpoints } from "../../src/config/endpoints";
import { isNowhere } from "../../src/core/nowhere";

const NONE = { endpoints: {}, policy: {}, modelGroups: {} };

test("Google's own hosts, where nobody says otherwise", () => {
  expect(resolveEndpoints(NONE, {})).toEqual({
    geminiApi: "https://generativelanguage.googleapis.com",
    codeAssist: "https://cloudcode-pa.googleapis.com",
    oauthAuthorize: "https://accounts.google.com/o/oauth2/v2/auth",
    oauthToken: "https://oauth2.googleapis.com/token",
    userinfo: "https://www.googleapis.com/oauth2/v2/userinfo",
  });
});

test("the names of Google's tools point elsewhere, and the user's options have the last word", () => {
  const env = { GOOGLE_GEMINI_BASE_URL: "https://one.example.test", CODE_ASSIST_ENDPOINT: "https://two.example.test" };
  const options = { ...NONE, endpoints: { codeAssist: "http://127.0.0.1:9" } };
  expect(resolveEndpoints(options, env)).toMatchObject({
    geminiApi: "https://one.example.test",
    codeAssist: "http://127.0.0.1:9",
  });
});

test("Vertex AI has a host per location, unless one address stands for all of them", () => {
  expect(resolveEndpoints(NONE, {}).vertex).toBeUndefined();
  const env = { GOOGLE_VERTEX_BASE_URL: "https://vertex.example.test" };
  expect(resolveEndpoints(NONE, env).vertex).toBe("https://vertex.example.test");
  const options = { ...NONE, endpoints: { vertex: "http://127.0.0.1:9" } };
  expect(resolveEndpoints(options, env).vertex).toBe("http://127.0.0.1:9");
});

test("a variable that would send credentials in the open leads nowhere, not to Google's own", () => {
  const { geminiApi, codeAssist } = resolveEndpoints(NONE, { GOOGLE_GEMINI_BASE_URL: "http://example.test" });
  expect(isNowhere(geminiApi)).toBe(true);
  expect(codeAssist).toBe("https://cloudcode-pa.googleapis.com");
});
