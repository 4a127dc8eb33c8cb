import { expect, test } from "bun:test";
import { keyFile, userFile } from "../support/service-account";
import { CLIENT, CLIENT_FILE, loginCli } from "./login-parts";

const FILE = "/home/me/client.json";
const another = CLIENT_FILE.replace("own-client.apps", "another.apps");

test("a client is added from a file or standard input, called as its project, listed and removed", async () => {
  const { run, seen, store } = loginCli({ files: { [FILE]: CLIENT_FILE }, stdin: another });
  expect(await run("oauth-client", "add", "client.json")).toBe(0);
  expect(await run("oauth-client", "add", "-", "--name", "second")).toBe(0);
  expect(store.current().clients?.map(({ name }) => name)).toEqual(["my-cloud", "second"]);
  expect(store.current().clients?.[0]?.client).toEqual(CLIENT);
  expect(await run("oauth-client", "list")).toBe(0);
  expect(seen.out).toContain(`my-cloud  ${CLIENT.id}\nsecond  another.apps.example\n`);
  expect(await run("oauth-client", "remove", "second")).toBe(0);
  expect(store.current().clients).toHaveLength(1);
  expect(seen.out + seen.err).not.toContain(CLIENT.secret);
});

test("the same one twice is one; a name that another has is refused", async () => {
  const { run, seen, store } = loginCli({ files: { [FILE]: CLIENT_FILE }, stdin: another });
  await run("oauth-client", "add", "client.json");
  expect(await run("oauth-client", "add", "client.json", "--name", "again")).toBe(0);
  expect(seen.out).toContain("there already as my-cloud");
  expect(await run("oauth-client", "add", "-", "--name", "my-cloud")).toBe(2);
  expect(await run("oauth-client", "add", "-")).toBe(0);
  expect(store.current().clients?.map(({ name }) => name)).toEqual(["my-cloud", "my-cloud 2"]);
});

const mistakes: [string, string, string][] = [
  ["a web client", JSON.stringify({ web: { client_id: "x", client_secret: "y" } }), "Desktop app"],
  ["a service account", keyFile(), "gemini-pool login --service-account FILE"],
  ["application default credentials", userFile(), "gemini-pool login --adc"],
  ["a key", "AIza-example-0123456789abcd", "gemini-pool login --key -"],
  ["half a client", JSON.stringify({ installed: { client_id: "x.apps.example" } }), "no client_id and client_secret"],
  ["another JSON file", '{"name":"x"}', "not the JSON file of an OAuth client"],
  ["an empty file", " \n", "empty"],
  ["a broken file", `${CLIENT_FILE.slice(0, -5)}`, "not the JSON file"],
];
test.each(mistakes)("%s is told for what it is, and nothing of it is repeated", async (_, text, words) => {
  const { run, seen, store } = loginCli({ stdin: text });
  expect(await run("oauth-client", "add", "-")).toBe(2);
  expect(seen.err).toContain(words);
  expect(seen.err).not.toMatch(/AIza-example|PRIVATE KEY|own-client-secret|1\/\/example/);
  expect(store.current().clients).toBeUndefined();
});

test("what cannot be meant is exit 2; an empty list says how to begin", async () => {
  const { run, seen } = loginCli();
  for (const argv of [
    [],
    ["add"],
    ["list", "x"],
    ["remove"],
    ["frobnicate"],
    ["remove", "x"],
    ["remove", "x", "--name", "y"],
  ])
    expect(await run("oauth-client", ...argv)).toBe(2);
  expect(await run("oauth-client", "add", "gone.json")).toBe(1);
  expect(await run("oauth-client", "list")).toBe(0);
  expect(seen.err).toContain("gemini-pool oauth-client add FILE.json");
});

test("a file whose list of clients somebody broke is named, and what they meant is not lost", async () => {
  const { run, seen, files, path, store } = loginCli({ stdin: CLIENT_FILE });
  files.put(path, '{"version":1,"accounts":[],"oauthClients":{"mine":{"id":"x"}}}');
  expect(store.current().problem).toContain('"oauthClients" must be a list');
  expect(await run("oauth-client", "add", "-")).toBe(1);
  expect(seen.err).toContain("gemini-pool doctor");
  expect(files.read(path)).toContain('{"mine":{"id":"x"}}');
});
