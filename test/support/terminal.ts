import { type Home, REPOSITORY } from "./opencode-home";

const LIMIT_MS = 30_000;
const KEY_PAUSE_MS = 400;
/** A key that was not taken within ten seconds was lost. */
const PRESSES = 3;

/** opencode in a pseudo-terminal, as a person sits before it. */
export interface TerminalSession {
  /** Waits until the screen has shown this since the last step. */
  sees(what: RegExp): Promise<void>;
  /** Waits until the drawn screen has this: only what has changed is sent, so the sent text may lack letters. */
  draws(what: RegExp): Promise<void>;
  types(text: string): Promise<void>;
  /** Presses a key until the screen has this: a menu that is drawn does not take keys at once on a busy machine. */
  presses(key: string, what: RegExp): Promise<void>;
  readonly exited: Promise<number>;
  /** Everything shown so far, without control sequences. */
  text(): string;
  /** What a program that draws the whole screen has on it now, line by line. */
  screen(): string;
  stop(): Promise<void>;
}

/** Starts `opencode ...args` in this home. */
export function openTerminal(home: Home, args: readonly string[]): TerminalSession {
  let shown = "";
  let from = 0;
  const decoder = new TextDecoder();
  const child = Bun.spawn([`${REPOSITORY}/node_modules/.bin/opencode`, ...args], {
    cwd: home.workspace,
    env: home.env,
    terminal: {
      cols: 110,
      rows: 40,
      data(_terminal, bytes) {
        shown += decoder.decode(bytes, { stream: true });
      },
    },
  });
  const text = () => plain(shown);

  async function sees(what: RegExp): Promise<void> {
    const end = performance.now() + LIMIT_MS;
    while (!what.test(plain(shown.slice(from)))) {
      if (performance.now() > end) throw new Error(`the screen never showed ${what}:\n${text().slice(-2_000)}`);
      await Bun.sleep(50);
    }
    from = shown.length;
  }

  async function draws(what: RegExp, limitMs = LIMIT_MS): Promise<void> {
    const end = performance.now() + limitMs;
    while (!what.test(drawn(shown))) {
      if (performance.now() > end) throw new Error(`the screen never had ${what}:\n${drawn(shown)}`);
      await Bun.sleep(50);
    }
    from = shown.length;
  }

  return {
    sees,
    draws,
    // A screen program reads its keys in its own time: text and Enter in one write would be a paste.
    async types(keys) {
      for (const part of keys.split(/(?=\r)/)) {
        child.terminal?.write(part);
        await Bun.sleep(KEY_PAUSE_MS);
      }
    },
    async presses(key, what) {
      for (let press = 1; press < PRESSES; press++) {
        child.terminal?.write(key);
        const isThere = await draws(what, LIMIT_MS / PRESSES).then(
          () => true,
          () => false,
        );
        if (isThere) return;
      }
      child.terminal?.write(key);
      await draws(what);
    },
    exited: child.exited,
    text,
    screen: () => drawn(shown),
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}

const ESCAPES =
  /\u001b(?:\[[0-9;?<>=]*[ -/]*[A-Za-z~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[()][A-Z0-9]|[=>78])/g;

/** Cursor movements become spaces: what stands side by side on the screen stays apart. */
const plain = (text: string): string => text.replace(ESCAPES, " ").replace(/ {2,}/g, " ");

/** Where the cursor is sent to, any other control sequence, or one character. */
const DRAWING = new RegExp(`\\u001b\\[(?<row>\\d*)(?:;(?<column>\\d*))?H|${ESCAPES.source}|(?<sign>[^\\u001b])`, "gsu");

/** A program that draws sends what has changed alone: only the cells together make the screen. */
function drawn(shown: string): string {
  const cells: string[][] = [];
  let [row, column] = [1, 1];
  for (const { groups = {} } of shown.matchAll(DRAWING)) {
    if (groups["row"] !== undefined) [row, column] = [Number(groups["row"] || 1), Number(groups["column"] || 1)];
    const sign = groups["sign"];
    if (sign === undefined) continue;
    if (sign === "\r") column = 1;
    else if (sign === "\n") row++;
    else {
      const line = cells[row] ?? [];
      cells[row] = line;
      line[column++] = sign;
    }
  }
  return Array.from(cells, (line = []) =>
    Array.from(line, (sign = " ") => sign)
      .join("")
      .trimEnd(),
  ).join("\n");
}
