import type { Answers, Question } from "../enrol/way";
import type { Dialog, HostApi } from "./host-api";

/** Each dialog here is answered or closed; undefined: closed. */
type Settle<T> = (answer: T) => void;

/** A list to choose from. */
export interface Choice {
  readonly title: string;
  readonly choices: readonly { readonly value: string; readonly title: string; readonly description?: string }[];
}

/** The value chosen. */
export function choose(api: HostApi, { title, choices }: Choice): Promise<string | undefined> {
  const options = choices.map((choice) => ({ ...choice }));
  const answer = shown<string>(api, (settle) =>
    api.ui.DialogSelect({ title, options, onSelect: ({ value }) => settle(value) }),
  );
  api.ui.dialog.setSize("large");
  return answer;
}

/**
 * All answers in turn; undefined as soon as one dialog is closed. What is optional may be left empty. After a no nothing else is
 * asked: the way says what it means.
 */
export async function askAll(
  api: HostApi,
  title: string,
  questions: readonly Question[],
): Promise<Answers | undefined> {
  const answers: Record<string, string> = {};
  for (const question of questions) {
    const answer = await ask(api, title, question);
    if (answer === undefined) return undefined;
    if (answer !== "") answers[question.key] = answer;
    if (isNo(question, answer)) break;
  }
  return answers;
}

const isNo = ({ kind }: Question, answer: string | undefined): boolean => kind === "yes" && answer === "no";

/** Whether the person has said no to any of these. */
export const saidNo = (questions: readonly Question[], answers: Answers): boolean =>
  questions.some((question) => isNo(question, answers[question.key]));

/** One answer, trimmed; asked again with what is wrong with it until nothing is. */
export async function ask(api: HostApi, title: string, question: Question): Promise<string | undefined> {
  const whole = `${title}\n\n${question.message}`;
  if (question.kind === "yes") return choose(api, { title: whole, choices: YES_OR_NO });
  if (question.kind === "choice") return choose(api, { title: whole, choices: question.choices ?? [] });
  for (let fault: string | undefined; ; ) {
    const answer = await askText(api, whole, question, fault);
    if (answer === undefined) return undefined;
    fault = faultOf(question, answer);
    if (fault === undefined) return answer;
  }
}

/** Enter alone agrees to nothing. */
export const YES_OR_NO = [
  { value: "no", title: "No" },
  { value: "yes", title: "Yes" },
];

function askText(api: HostApi, title: string, question: Question, fault?: string): Promise<string | undefined> {
  const { isOptional } = question;
  const placeholder = fault ?? question.placeholder ?? (isOptional ? "may be left empty" : undefined);
  return shown<string>(api, (settle) =>
    api.ui.DialogPrompt({
      title,
      ...(placeholder === undefined ? {} : { placeholder }),
      onConfirm: (answer) => settle(answer.trim()),
    }),
  );
}

function faultOf({ isOptional, fault }: Question, answer: string): string | undefined {
  if (answer === "" && isOptional) return undefined;
  return fault?.(answer) ?? (answer === "" ? "Nothing was entered." : undefined);
}

/** Says what went wrong; true when the person wants another go. */
export async function acknowledge(api: HostApi, message: string): Promise<boolean> {
  const title = "Nothing was added";
  const answer = await shown<true>(api, (settle) =>
    api.ui.DialogAlert({ title, message, onConfirm: () => settle(true) }),
  );
  return answer === true;
}

function shown<T>({ ui }: HostApi, render: (settle: Settle<T>) => Dialog): Promise<T | undefined> {
  return new Promise((resolve) => {
    ui.dialog.replace(
      () => render(resolve),
      () => resolve(undefined),
    );
  });
}
