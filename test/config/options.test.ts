import { expect, test } from "bun:test";
import { readOptions } from "../../src/config/options";
import { parseJsonc } from "../../src/system/jsonc";

const read = (text: string | undefined) => readOptions(text, parseJsonc);

test("no file and an empty file mean no options and no error", () => {
  const nothing = { options: { endpoints: {}, policy: {}, modelGroups: {} }, errors: [], isBroken: false, lost: [] };
  expect(read(undefined)).toEqual(nothing);
  expect(read(" \n")).toEqual(nothing);
  expect(read("{}")).toEqual(nothing);
});

test("comments and trailing commas are fine, and keys of later versions are left alone", () => {
  const text = `{ // mine
    "endpoints": { "geminiApi": "http://127.0.0.1:8080", "vertexSoon": 1, },
    "strategySoon": "best",
  }`;
  expect(read(text)).toMatchObject({ options: { endpoints: { geminiApi: "http://127.0.0.1:8080" } }, errors: [] });
});

test("one bad value is named and falls back alone", () => {
  const text = '{"endpoints":{"geminiApi":"ftp://example.test","codeAssist":"https://example.test","oauthToken":7}}';
  const { options, errors } = read(text);
  expect(options.endpoints).toEqual({ codeAssist: "https://example.test" });
  expect(errors).toHaveLength(2);
  expect(errors[0]).toContain("gemini-pool.jsonc: endpoints.geminiApi must be an https:// address");
  expect(errors[1]).toContain("endpoints.oauthToken");
});

test("a file that cannot be parsed is one error that says where and quotes nothing", () => {
  const { options, errors } = read('{\n  "endpoints": AIza-example-secret\n}');
  expect(options.endpoints).toEqual({});
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain("line 2, column 16");
  expect(errors[0]).not.toContain("secret");
});

test("own OAuth clients are read; a wrong one is named without what it holds, and the others count", () => {
  const [good, other] = [
    { name: "mine", id: "own.apps.example", secret: "example-secret" },
    { name: "open", id: "b" },
  ];
  const text = JSON.stringify({ oauthClients: [good, { id: "c", secret: "example-secret" }, other, good] });
  const { options, errors } = read(text);
  expect(options.oauthClients).toEqual([
    { name: "mine", client: { id: "own.apps.example", secret: "example-secret" }, isOption: true },
    { name: "open", client: { id: "b" }, isOption: true },
  ]);
  expect(errors).toEqual([
    "gemini-pool.jsonc: OAuth client 2: name and id must be texts",
    "gemini-pool.jsonc: OAuth client 4: its name is used twice",
  ]);
  expect(read('{"oauthClients":{"id":"a"}}').errors).toEqual(['gemini-pool.jsonc: "oauthClients" must be a list']);
});

test("wrong shapes are named", () => {
  expect(read("[]").errors[0]).toContain("one object in braces");
  expect(read('{"endpoints": "https://example.test"}').errors[0]).toContain("endpoints must be an object");
});

test("the user's taste is read, and a slip of the pen falls back alone", () => {
  const text = '{"strategy":"least-used","tolerance":2,"modelGroups":{"code-assist":{"all":["gemini-3-pro-preview"]}}}';
  expect(read(text)).toEqual({
    options: {
      endpoints: {},
      policy: { strategy: "least-used", tolerance: 2 },
      modelGroups: { "code-assist": { all: ["gemini-3-pro-preview"] } },
    },
    errors: [],
    isBroken: false,
    lost: [],
  });
  const { options, errors } = read('{"strategy":"best","tolerance":-1,"modelGroups":{"vertx":{},"vertex":{"a":"b"}}}');
  expect(options).toEqual({ endpoints: {}, policy: {}, modelGroups: {} });
  expect(errors).toEqual([
    "gemini-pool.jsonc: strategy must be one of expiring-first, least-used, sequential, round-robin, health-weighted",
    "gemini-pool.jsonc: tolerance must be a number, 0 or more",
    "gemini-pool.jsonc: modelGroups.vertx must be one of gemini-api, vertex, code-assist",
    "gemini-pool.jsonc: modelGroups.vertex must name lists of models by group",
  ]);
});
