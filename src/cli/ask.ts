import { GIVEN_UP_WORDS } from "../enrol/given-up";
import type { Answers, Question, Way } from "../enrol/way";
import type { CliIo } from "./command";
import { wrapped } from "./wrapped";

/** The answers, or why there are none. `code`: as the exit code. */
export type Asked =
  | { readonly kind: "answers"; readonly answers: Answers }
  | { readonly kind: "none"; readonly sentence: string; readonly code: 1 | 2 };

const GIVEN_UP = { kind: "none", sentence: GIVEN_UP_WORDS, code: 1 } as const;

/** What a script gives instead of an answer. */
const OPTIONS: Readonly<Record<string, string>> = {
  keys: "--key - or --keys FILE",
  client: "--client NAME|FILE",
  project: "--project ID",
  file: "--service-account FILE",
  accept: "--accept-terms",
};

/** How questions are put. `asksAll`: also those that need no answer, as a menu does. */
export interface Asking {
  readonly io: CliIo;
  readonly isInteractive: boolean;
  readonly asksAll: boolean;
}

/** Checks the answers that are there and asks for the others, where somebody can be asked. */
export async function askAll(questions: readonly Question[], given: Answers, asking: Asking): Promise<Asked> {
  const answers: Record<string, string> = { ...given };
  for (const question of questions) {
    const { key, isOptional } = question;
    const known = answers[key];
    const fault = known === undefined ? undefined : question.fault?.(known);
    if (fault !== undefined) return { kind: "none", sentence: fault, code: 2 };
    if (known !== undefined || (isOptional && !(asking.isInteractive && asking.asksAll))) continue;
    if (!asking.isInteractive) return { kind: "none", sentence: missing(question), code: 2 };
    const answer = await askOne(question, asking.io);
    if (answer === undefined || (question.kind === "yes" && answer === "no")) return GIVEN_UP;
    if (answer !== "") answers[key] = answer;
  }
  return { kind: "answers", answers };
}

function missing({ key, message, choices }: Question): string {
  const names = choices === undefined ? "" : ` (${choices.map(({ value }) => value).join(", ")})`;
  return key === "accept"
    ? `${message} If so: ${OPTIONS[key]}`
    : `${OPTIONS[key] ?? `--${key}`} is needed: ${message}${names}.`;
}

/** Asks until the answer fits. Undefined where the person gives up; empty where nothing was to be said. */
export async function askOne(question: Question, io: CliIo, signal?: AbortSignal): Promise<string | undefined> {
  const { kind, choices = [] } = question;
  if (kind === "choice") io.stderr(`${question.message}\n${numbered(choices)}`);
  const ask = kind === "secret" ? io.secret : io.ask;
  for (;;) {
    const text = await ask?.(wrapped(promptOf(question), io.width), signal);
    if (text === undefined) return undefined;
    const answer = kind === "secret" ? text : text.trim();
    const read = readAs(question, answer);
    if ("answer" in read) return read.answer;
    io.stderr(`${wrapped(read.fault, io.width)}\n`);
  }
}

const numbered = (choices: readonly { readonly title: string }[]): string =>
  choices.map(({ title }, index) => `  ${index + 1}  ${title}\n`).join("");

function promptOf({ kind, message, isOptional, placeholder, choices = [] }: Question): string {
  if (kind === "choice") return `Number (1-${choices.length}, Enter is 1): `;
  if (kind === "yes") return `${message} (yes/no): `;
  if (kind === "secret") return `${message}; it is not shown: `;
  const usual = placeholder === undefined || placeholder === "optional" ? "none" : placeholder;
  return isOptional ? `${message} (Enter: ${usual}): ` : `${message}: `;
}

type ReadAnswer = { readonly answer: string } | { readonly fault: string };

function readAs(question: Question, answer: string): ReadAnswer {
  const { kind, isOptional, choices = [] } = question;
  if (kind === "choice") return readChoice(choices, answer);
  if (kind === "yes") return readYes(answer);
  if (answer.trim() === "") return isOptional ? { answer: "" } : { fault: "An answer is needed. Ctrl+C gives up." };
  const words = question.fault?.(answer);
  return words === undefined ? { answer } : { fault: words };
}

function readYes(answer: string): ReadAnswer {
  if (/^y(es)?$/i.test(answer)) return { answer: "yes" };
  return /^no?$/i.test(answer) ? { answer: "no" } : { fault: "yes or no, please." };
}

function readChoice(choices: NonNullable<Question["choices"]>, answer: string): ReadAnswer {
  const chosen = choices[answer === "" ? 0 : Number(answer) - 1];
  const named = choices.find(({ value }) => value === answer);
  const found = chosen ?? named;
  return found ? { answer: found.value } : { fault: `A number from 1 to ${choices.length}, please.` };
}

/** The menu of the ways in; undefined where the person gives up. */
export async function askWay(ways: readonly Way[], io: CliIo): Promise<Way | undefined> {
  const lines = ways.map(({ title, hint }, index) => `  ${index + 1}  ${title}\n     ${hint}\n`);
  io.stderr(`What do you have? The first that fits is the simplest.\n\n${lines.join("")}\n`);
  const choices = ways.map(({ id, title }) => ({ value: id as string, title }));
  for (;;) {
    const text = await io.ask?.(`Number (1-${ways.length}, Enter is 1, Ctrl+C gives up): `);
    if (text === undefined) return undefined;
    const read = readChoice(choices, text.trim());
    if ("answer" in read) return ways.find(({ id }) => id === read.answer);
    io.stderr(`${read.fault}\n`);
  }
}
