import type { CliIo, CliLogin, CliParts } from "../../src/cli/command";
import { runCli } from "../../src/cli/main";
import type { GrantedTokens, InstalledClient, SeatFound } from "../../src/ports/login";
import type { LocalIdentity, ProbeResult, RefreshResult } from "../../src/ports/upstream";
import { addKeyParts } from "../enrol/parts";
import { captured } from "./captured";

export const CLIENT = { id: "own-client.apps.example", secret: "own-client-secret" };
export const CLIENT_FILE = JSON.stringify({
  installed: { client_id: CLIENT.id, client_secret: CLIENT.secret, project_id: "my-cloud" },
});
export const ADDRESS = "https://accounts.example/auth?client_id=own-client&state=the-state";
/** What the browser ends on. */
export const RETURNED = (state: string) => `http://127.0.0.1:53124/oauth2callback?state=${state}&code=4/0Aexample-code`;

const GRANTED: GrantedTokens = {
  accessToken: "ya29.example-new",
  lifetimeMs: 3_600_000,
  refreshToken: "1//example-new",
  scopes: [],
  person: { subject: "1098", email: "me@work.example" },
};

interface Given {
  readonly stdin?: string;
  /** Lines of standard input for `--code -`, made of the state of the login. */
  readonly lines?: (state: string) => readonly string[];
  /** A person at a terminal and what they answer, in order; after that they give up. `{paste}`: the address of the browser. */
  readonly types?: readonly string[];
  /** What Google says of a key at a backend. */
  readonly key?: (key: string, backend: string) => ProbeResult;
  readonly first?: ProbeResult;
  readonly adc?: LocalIdentity;
  readonly keyFile?: LocalIdentity;
  readonly minted?: RefreshResult;
  readonly seat?: readonly SeatFound[];
  readonly installed?: Awaited<ReturnType<InstalledClient["find"]>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly opens?: boolean;
}

const ROBOT: LocalIdentity = { kind: "service-account", project: "prod-9", sentence: "A service account." };
const MINTED: RefreshResult = { kind: "refreshed", accessToken: "ya29.example-minted", lifetimeMs: 3_600_000 };
const READY: SeatFound = { kind: "ready", project: "work-123", tier: "standard-tier" };

/** The command line before a Google that says what a test wants, in memory. */
export function loginCli(given: Given = {}) {
  const world = addKeyParts();
  const { store } = world;
  const seen = {
    out: "",
    err: "",
    prompts: [] as string[],
    closed: 0,
    opened: [] as string[],
    projects: [] as unknown[],
    oauthState: "",
  };
  const answers = [...(given.types ?? [])];
  let lines: string[] | undefined;
  let linesOf = "";
  const io: CliIo = {
    ...captured(seen),
    stdin: async () => given.stdin ?? "",
    isTty: given.types !== undefined,
    ask: answer,
    secret: answer,
    line: async () => {
      if (linesOf !== seen.oauthState) lines = undefined;
      linesOf = seen.oauthState;
      lines ??= [...(given.lines?.(seen.oauthState) ?? [])];
      return lines.shift();
    },
  };
  async function answer(prompt: string): Promise<string | undefined> {
    seen.prompts.push(prompt);
    return answers.shift()?.replace("{paste}", RETURNED(seen.oauthState));
  }
  const login = fakeLogin(world, given, seen);
  const parts: CliParts = {
    version: "1.2.3",
    offsetMs: () => 0,
    open: async () => {
      throw new Error("not needed");
    },
    login: async () => login,
  };
  return {
    ...world,
    seen,
    run: (...argv: string[]) => runCli(argv, io, parts),
    accounts: () => store.current().entries.map(({ account }) => account),
    credentials: () => store.current().entries.map(({ credential }) => credential),
    addClient: () => store.update([{ type: "set-client", name: "mine", client: CLIENT }]),
  };
}

/** What the ways in asked for, and what came back. */
interface Seen {
  closed: number;
  opened: string[];
  projects: unknown[];
  /** Of the login that began last. */
  oauthState: string;
}

/** The ways in before a Google that says what a test wants. */
export function fakeLogin(world: ReturnType<typeof addKeyParts>, given: Given, seen: Seen): CliLogin {
  const { store, state, chance, clock } = world;
  const seats = [...(given.seat ?? [READY])];
  return {
    store,
    state,
    chance,
    clock,
    keyProbe: {
      probe: async (key, how) => {
        const backend = how instanceof AbortSignal ? undefined : how?.backend;
        return given.key?.(key, backend ?? "gemini-api") ?? { kind: "valid" };
      },
    },
    accountProbe: { probe: async () => given.first ?? { kind: "valid" } },
    oauth: {
      authorizeUrl: (consent) => {
        seen.oauthState = consent.state;
        return `${ADDRESS.replace("the-state", consent.state)}&hint=${consent.loginHint ?? ""}&client=${consent.client.id}`;
      },
      exchange: async () => ({ kind: "granted", tokens: GRANTED }),
      whoIs: async () => undefined,
    },
    loopback: { listen: async () => ({ redirectUri: "http://127.0.0.1:53124/oauth2callback", close: () => {} }) },
    browser: { open: async (url) => (given.opens ?? false) && seen.opened.push(url) > 0 },
    secrets: { random: (length) => chance.id().padEnd(length, "s"), s256: (text) => text },
    setup: {
      find: async (_token, wish) => {
        seen.projects.push(wish.project);
        return seats.shift() ?? READY;
      },
    },
    installed: { find: async () => given.installed ?? { kind: "found", client: { id: "installed.apps.example" } } },
    identities: {
      describeAdc: async () => given.adc ?? { kind: "none", sentence: "This machine has none." },
      describeKeyFile: () => given.keyFile ?? ROBOT,
    },
    minter: { mint: async () => given.minted ?? MINTED, version: () => "1" },
    absolutePath: (path) => (path.startsWith("/") ? path : `/home/me/${path}`),
    readText: (path) => given.files?.[path],
    markOf: (credential) => credential.kind,
    tokens: {
      access: async () => ({ kind: "access", access: { kind: "bearer", token: "ya29.example-held" } }),
      invalidate: () => {},
    },
    everyone: () => store.current(),
    close: () => void seen.closed++,
  };
}
