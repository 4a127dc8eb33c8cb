import type { AddressInfo, Server, Socket } from "node:net";
import type { Answer } from "../../src/simulator/answer";
import { createGoogle } from "../../src/simulator/google";
import { createGoogleClock } from "./clock";
import { type Connection, createHttpServer, type Incoming } from "./http";
import { createJournal, type LogEntry, type Stats } from "./journal";
import { play } from "./play";
import { checkScenario, type Scenario } from "./scenario";

export type { LogEntry, Stats } from "./journal";

/** A running Google on 127.0.0.1. */
export interface Emulator {
  /** Without a slash at its end. */
  readonly url: string;
  stats(): Stats;
  log(): readonly LogEntry[];
  /** Everything as it was at the start: counts, quotas, faults, tokens, Google's clock. Open answers go on. */
  reset(): void;
  /** Moves Google's clock on: minutes pass, days end, outages begin. Nobody else's clock moves. */
  advance(ms: number): void;
  /** Ends a refresh token, an access token or all access tokens of a label; without a name, every access token. */
  expire(refreshOrAccess?: string): void;
  /** Breaks open connections and frees the port. */
  close(): Promise<void>;
}

export interface EmulatorOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** The caller's time, by which Google's clock goes and instants are stated; default the machine's. */
  readonly now?: () => number;
  /** Google's time at the start, default `now()`: a day may end in five seconds. */
  readonly at?: number;
}

/** Starts in a few milliseconds. Throws a ScenarioError where the scenario contradicts itself. */
export async function startEmulator(
  scenario: Scenario,
  { port = 0, now = Date.now, at }: EmulatorOptions = {},
): Promise<Emulator> {
  checkScenario(scenario);
  const journal = createJournal();
  const clock = createGoogleClock(now, at);
  let google = createGoogle(scenario, clock.now());
  const sockets = new Set<Socket>();

  const control = {
    reset() {
      clock.reset();
      google = createGoogle(scenario, clock.now());
      journal.clear();
    },
    advance: (ms: number) => clock.advance(ms),
    expire: (name?: string) => google.expire(name),
    stats: journal.stats,
    log: journal.log,
  };

  const server = createHttpServer(async (request, connection) => {
    if (request.target.startsWith(CONTROL)) {
      await play(controlAnswer({ ...control, now: clock.now }, request), connection);
      return;
    }
    const answer = google.answer(request, clock.now(), clock.callerNow());
    await answerCall(answer, request, { connection, journal, at: clock.callerNow() });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await listening(server, port);

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...control,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

interface CallOptions {
  readonly connection: Connection;
  readonly journal: ReturnType<typeof createJournal>;
  readonly at: number;
}

async function answerCall(answer: Answer, request: Incoming, { connection, journal, at }: CallOptions): Promise<void> {
  const entry = journal.add(request, answer, at);
  entry.ending = await play(answer, connection);
}

const CONTROL = "/__emulator/";

interface Control extends Pick<Emulator, "stats" | "log" | "reset" | "expire" | "advance"> {
  now(): number;
}

/** `stats`, `log` and `clock` are read; `reset`, `expire?name=…` and `clock?advance=…` act and say so. */
function controlAnswer(control: Control, { target }: Incoming): Answer {
  const { pathname, searchParams } = new URL(target, "http://127.0.0.1");
  switch (pathname.slice(CONTROL.length)) {
    case "stats":
      return controlBody(200, control.stats());
    case "log":
      return controlBody(200, control.log());
    case "reset":
      control.reset();
      return controlBody(200, { done: "reset" });
    case "expire":
      control.expire(searchParams.get("name") ?? undefined);
      return controlBody(200, { done: "expire" });
    case "clock":
      return moveClock(control, searchParams.get("advance"));
    default:
      return controlBody(404, {
        error: "There are /__emulator/stats, /log, /reset, /expire?name=… and /clock?advance=SECONDS",
      });
  }
}

function moveClock(control: Control, seconds: string | null): Answer {
  try {
    if (seconds !== null) control.advance(seconds.trim() === "" ? Number.NaN : Number(seconds) * 1000);
    return controlBody(200, { now: new Date(control.now()).toISOString() });
  } catch (error) {
    return controlBody(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

const controlBody = (status: number, body: unknown): Answer => ({
  name: "control",
  path: "unknown",
  backend: undefined,
  model: undefined,
  account: undefined,
  status,
  headers: { "content-type": "application/json; charset=UTF-8" },
  steps: [{ send: `${JSON.stringify(body, null, 2)}\n` }],
  signatures: { own: 0, foreign: 0, placeholder: 0, missing: 0 },
});
