import { findAccount } from "../enrol/find-account";
import { GIVEN_UP_WORDS } from "../enrol/given-up";
import { unreadClient } from "../enrol/own-clients";
import type { Answers, Question, Way, WayResult } from "../enrol/way";
import { wayAgain } from "../enrol/ways/again";
import { ACCEPT } from "../enrol/ways/seat";
import { waysIn } from "../enrol/ways/ways-in";
import type { OptionValues } from "./arguments";
import { askAll, askWay } from "./ask";
import type { CliIo, CliLogin, Command, ExitCode } from "./command";
import { converse } from "./conversation";
import { answersIn, companionFault, KEYS_HOW_TO, LOGIN_OPTIONS, type LoginWish, loginWish } from "./login-flags";
import { tellProblem } from "./problem";
import { wrapped } from "./wrapped";

const HOW_TO = `Without a terminal say how, such as: ${KEYS_HOW_TO}\nAll the ways in: gemini-pool help login`;
const ELSEWHERE = "That account is kept in the environment or in opencode: change it there.";
const STAYS = "An account of a key or a file keeps its project and location: no --project and no --location.";

/** Adds an account, or logs in to one again. No secret is ever taken from the command line, which others can read. */
export const login: Command = {
  name: "login",
  usage: "login [--key -] [OPTIONS]",
  summary: "adds an account: a key, a service account, a Google login; at a terminal it asks",
  options: LOGIN_OPTIONS,
  async run(values, io, parts) {
    const wish = loginWish(values);
    if (wish.kind === "wrong") return fail(io, 2, wish.sentence);
    const isOpen = wish.way === undefined && wish.account === undefined;
    if (isOpen && !isInteractive(values, io)) return fail(io, 2, HOW_TO);
    if (!parts.login) return fail(io, 1, "There are no accounts to log in to here.");
    const world = await parts.login();
    try {
      return await carryOut({ values, io, world, wish });
    } finally {
      world.close();
    }
  },
};

interface Run {
  readonly values: OptionValues;
  readonly io: CliIo;
  readonly world: CliLogin;
  readonly wish: Exclude<LoginWish, { kind: "wrong" }>;
}

/** Whether a person can be asked: one whose keyboard is not read for something else. */
const isInteractive = ({ key, code }: OptionValues, { isTty, ask, secret }: CliIo): boolean =>
  isTty && ask !== undefined && secret !== undefined && key !== "-" && code !== "-";

function fail(io: CliIo, code: ExitCode, sentence: string): ExitCode {
  io.stderr(`${shown(`gemini-pool login: ${sentence}`, io)}\n`);
  return code;
}

/** Lines are broken for people alone: a script may look for a sentence. */
const shown = (text: string, { isTty, width }: CliIo): string => (isTty ? wrapped(text, width) : text);

async function carryOut(run: Run): Promise<ExitCode> {
  const { values, io, world, wish } = run;
  const found = await findWay(run);
  if ("code" in found) return fail(io, found.code, found.sentence);
  const { way } = found;
  const keys = await keysIn(values, io, world);
  if (typeof keys === "object") return fail(io, 1, keys.sentence);
  const given: Answers = { ...answersIn(values), ...(keys === undefined ? {} : { keys }) };
  const asksAll = wish.way === undefined && wish.account === undefined;
  const questions = openQuestions(way, given);
  const unread = unreadFor(questions, given, world);
  if (unread !== undefined && (given["client"] !== undefined || !isInteractive(values, io))) return fail(io, 1, unread);
  tellProblem(unread, io);
  const asked = await askAll(questions, given, { io, isInteractive: isInteractive(values, io), asksAll });
  if (asked.kind === "none") return fail(io, asked.code, asked.sentence);
  const conversation = converse(io, { isInteractive: isInteractive(values, io), readsCode: values["code"] === "-" });
  const result = await way.run(asked.answers, conversation);
  conversation.end();
  return report(result, io);
}

/** Whoever names the client of the Gemini CLI is not asked for one of their own, but for a yes to Google's terms. */
function openQuestions(way: Way, { oauthClient }: Answers): readonly Question[] {
  if (oauthClient === undefined) return way.questions();
  return [ACCEPT, ...way.questions().filter(({ key }) => key !== "client" && key !== ACCEPT.key)];
}

/** Why a client that is needed may be there although it is not found; a file that is named instead needs none. */
function unreadFor(
  questions: readonly Question[],
  { client }: Answers,
  { store, absolutePath, readText }: CliLogin,
): string | undefined {
  if (client === undefined)
    return questions.some(({ key }) => key === "client") ? unreadClient(undefined, store) : undefined;
  return readText(absolutePath(client)) === undefined ? unreadClient(client, store) : undefined;
}

type FoundWay = { readonly way: Way } | { readonly code: ExitCode; readonly sentence: string };

async function findWay({ values, io, world, wish }: Run): Promise<FoundWay> {
  if (wish.account !== undefined) return findAgain(wish.account, { values, io, world, wish });
  const ways = waysIn(world);
  const way = wish.way === undefined ? await askWay(ways, io) : ways.find(({ id }) => id === wish.way);
  if (way === undefined) return { code: 1, sentence: GIVEN_UP_WORDS };
  const fault = companionFault(way.id, values);
  return fault === undefined ? { way } : { code: 2, sentence: fault };
}

function findAgain(account: string, { values, world, wish }: Run): FoundWay {
  const { entries, problem } = world.everyone();
  const found = findAccount(entries, account, problem);
  if (found.kind === "none") return { code: found.isUnsure ? 1 : 2, sentence: found.sentence };
  const way = wayAgain(world, found.entry.account.id);
  if (way === undefined) return { code: 2, sentence: ELSEWHERE };
  const isMoved = values["project"] !== undefined || values["location"] !== undefined;
  if (isMoved && found.entry.credential.kind !== "oauth") return { code: 2, sentence: STAYS };
  const family = (id: string) => id.replace(/^express-key$/, "api-key").replace(/^seat-gemini-cli$/, "seat");
  if (wish.way !== undefined && family(wish.way) !== family(way.id))
    return { code: 2, sentence: "--account logs in the way the account came in: name no other one." };
  const { "oauth-client": gemini } = values;
  const fault = companionFault(gemini !== undefined && way.id === "seat" ? "seat-gemini-cli" : way.id, values);
  return fault === undefined ? { way } : { code: 2, sentence: fault };
}

/** The keys that were given; nothing where they are to be asked for. */
async function keysIn(
  { key, keys }: OptionValues,
  io: CliIo,
  { absolutePath, readText }: CliLogin,
): Promise<string | undefined | { readonly sentence: string }> {
  if (key === "-") return io.stdin();
  if (typeof keys !== "string") return undefined;
  return readText(absolutePath(keys)) ?? { sentence: "The file of keys is not there, or cannot be read." };
}

/** Success on standard output, everything else on standard error. Only a usable account is a success. */
function report(result: WayResult, io: CliIo): ExitCode {
  const { ok, sentence, id, isNew, isWrong, isRefused, isUnchecked, failedCount = 0 } = result;
  const hint = isUnchecked ? " To keep it all the same: --force" : "";
  if (!ok) return fail(io, isWrong ? 2 : 1, `${sentence}${hint}`);
  io.stdout(`${shown(`${sentence}${hint}`, io)}\n`);
  if (isRefused) io.stdout(`When that is done: gemini-pool verify ${id}\n`);
  // The screen keeps the model it last had, which may be another provider's.
  else if (isNew) io.stdout("In opencode, choose a google model with /models.\n");
  return isRefused || failedCount > 0 ? 1 : 0;
}
