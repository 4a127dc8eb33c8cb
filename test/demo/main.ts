import { join } from "node:path";
import { type Emulator, type LogEntry, startEmulator } from "../emulator/server";
import { type Finished, type Home, makeHome, REPOSITORY } from "../support/opencode-home";
import { ACCOUNTS, SCENARIO } from "./world";

const MODEL = "google/gemini-2.5-flash";
const say = (text = "") => process.stdout.write(`${text}\n`);

async function tour(google: Emulator, home: Home): Promise<number> {
  introduction();
  const answered: boolean[] = [];
  for (const [index, prompt] of ["Say hello.", "Say hello again.", "And once more."].entries()) {
    say(`── ${index + 1}. opencode run "${prompt}"  (a process of its own)`);
    const before = google.log().length;
    const finished = await home.opencode(["run", "-m", MODEL, prompt]);
    answered.push(hasAnswered(finished));
    story(google.log().slice(before), finished);
  }
  say("── 4. opencode run --command gquota  (a fourth process, no call to Google)");
  const before = google.log().length;
  const quota = await home.opencode(["run", "--command", "gquota"]);
  say(indent(quota.stdout.trim()));
  const silent = google.log().length === before;
  const learnt = /spare key[^\n]*\n\s*cooling until/.test(quota.stdout);
  return verdict({ answered, silent, learnt, refused: google.log().filter(({ status }) => status === 429).length });
}

function introduction(): void {
  say("This is the real opencode with this plugin, and a Google that runs on your own machine.");
  say("Five accounts: three API keys in two projects, a Code Assist seat, and a spare key");
  say("whose quota for today is spent. Nothing leaves 127.0.0.1; the home directory is a new one.");
  say("opencode makes two calls for each prompt: one for the answer and one for a title.");
  say();
}

/** What Google saw of one run, and what the person saw. Titles are small calls opencode makes beside the answer. */
function story(calls: readonly LogEntry[], { stdout, ms }: Finished): void {
  for (const call of calls) {
    const what = call.path === "token" ? "a new access token" : call.model;
    if (call.answer === "ok") say(`     ${call.account}: ${what}`);
    else
      say(`     ${call.account}: ${what} → refused (${call.status}, today's quota is spent): the pool goes on at once`);
  }
  say(`     opencode printed, after ${(ms / 1000).toFixed(1)} s:  ${stdout.trim()}`);
  say();
}

const hasAnswered = ({ stdout, exitCode: code }: Finished) => code === 0 && stdout.includes("Hello from");
const indent = (text: string) => text.replace(/^/gm, "     ");

interface Seen {
  readonly answered: readonly boolean[];
  readonly silent: boolean;
  readonly learnt: boolean;
  readonly refused: number;
}

function verdict({ answered, silent, learnt, refused }: Seen): number {
  say();
  const all = answered.every(Boolean);
  say(
    `${answered.filter(Boolean).length} of 3 prompts were answered; Google refused ${refused === 1 ? "1 call" : `${refused} calls`} on the way, and opencode noticed nothing.`,
  );
  say(
    learnt
      ? "The fourth process showed the refusal that the second had met."
      : "The fourth process did NOT show the refusal.",
  );
  if (!silent) say("/gquota called Google, which it must not.");
  say();
  say("Try it by hand:  npm run demo -- --interactive   (then /gquota, or just ask something)");
  return all && silent && learnt && refused > 0 ? 0 : 1;
}

/** The TUI in this terminal, with the same five accounts; ends when opencode is left. */
async function interactive(home: Home): Promise<number> {
  const command = [join(REPOSITORY, "node_modules/.bin/opencode"), "--model", MODEL];
  const child = Bun.spawn(command, { cwd: home.workspace, env: home.env, stdio: ["inherit", "inherit", "inherit"] });
  return child.exited;
}

const google = await startEmulator(SCENARIO);
const home = makeHome({ google: google.url, accounts: ACCOUNTS, config: { small_model: MODEL } });
let exitCode = 1;
try {
  exitCode = process.argv.includes("--interactive") ? await interactive(home) : await tour(google, home);
} finally {
  await google.close();
  home.remove();
}
process.exit(exitCode);
