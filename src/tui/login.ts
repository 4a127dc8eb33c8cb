import type { Answers, Question, Way, WayResult } from "../enrol/way";
import { activate, isWaiting } from "./activate";
import type { HostApi } from "./host-api";
import { acknowledge, askAll, choose, saidNo, YES_OR_NO } from "./login-dialogs";
import { type Conducted, conduct } from "./login-run";
import { type OpenStores, type TuiStores, withStores } from "./stores";

/**
 * `/login`: a way in is chosen, asked about and gone, again and again until there is an account or the person closes a dialog;
 * then its models appear.
 */
export function login(api: HostApi, open: OpenStores): Promise<void> {
  return withStores(open, async (stores) => {
    const ways = await stores.ways();
    for (;;) {
      const way = await chooseWay(api, ways);
      if (way === undefined) return;
      const end = await tryWay(api, way);
      if (end === "left") return;
      if (end !== "again") return welcome(api, stores, end);
    }
  });
}

async function chooseWay(api: HostApi, ways: readonly Way[]): Promise<Way | undefined> {
  const choices = ways.map((way) => ({ value: way.id, title: way.title, ...described(way) }));
  const id = await choose(api, { title: "Add a Gemini account", choices });
  return ways.find((way) => way.id === id);
}

/** What a line of the list has room for; opencode cuts off the rest. */
const LINE_WIDTH = 78;

/** As much of the hint as fits beside the title: all of it, its first sentence, or nothing. It is shown again with the questions. */
function described({ title, hint }: Way): { description?: string } {
  const parts = [hint, hint.replace(/\. .*$/s, ".")];
  const description = parts.find((part) => title.length + 1 + part.length <= LINE_WIDTH);
  return description === undefined ? {} : { description };
}

/** The account, or why there is none: the person left, or wants to choose again. What was asked is asked once more after a fault. */
async function tryWay(api: HostApi, way: Way): Promise<WayResult | "left" | "again"> {
  for (;;) {
    const questions = askedHere(way.questions());
    const answers = await askAll(api, `${way.title}\n${way.hint}`, questions);
    if (answers === undefined) return "left";
    const { result, isLeft } = await conductOrForce(api, way, answers);
    if (result.ok) return result;
    if (isLeft || !(await acknowledge(api, result.sentence))) return "left";
    if (questions.length === 0 || saidNo(questions, answers)) return "again";
  }
}

const KEEP = "Keep it all the same?";

/** What Google could not be asked about is kept where the person says so. */
async function conductOrForce(api: HostApi, way: Way, answers: Answers): Promise<Conducted> {
  const first = await conduct(api, way, answers);
  if (first.isLeft || first.result.ok || !first.result.isUnchecked) return first;
  const answer = await choose(api, { title: `${first.result.sentence}\n\n${KEEP}`, choices: YES_OR_NO });
  if (answer === "yes") return conduct(api, way, { ...answers, force: "yes" });
  if (answer !== undefined) api.ui.dialog.clear();
  return { ...first, isLeft: true };
}

/** What begins with a paste is one step: no name, no project is asked for. Everywhere else only the name is left to the pool. */
function askedHere(questions: readonly Question[]): readonly Question[] {
  const isPaste = questions.some(({ kind }) => kind === "secret");
  return questions.filter(({ key, isOptional }) => !(isOptional && (isPaste || key === "label")));
}

/** opencode counts its wait down to the end, whoever could answer meanwhile. */
const WAITING = "A conversation that counts down goes on when you stop it (Esc twice) and send again.";

async function welcome(api: HostApi, stores: TuiStores, result: WayResult): Promise<void> {
  const { sentence, isRefused, failedCount = 0 } = result;
  const models = await activate(api, { hasHostLogin: stores.hostKeys.stored() !== undefined });
  const waiting = (await isWaiting(api)) ? WAITING : "";
  const message = [sentence, models, waiting].filter((each) => each !== "").join(" ");
  api.ui.toast({ variant: isRefused || failedCount > 0 ? "warning" : "success", message, duration: 8_000 });
}
