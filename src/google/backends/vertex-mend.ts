import { asObject, parsed } from "../stream/reading";

/** Something in the Gemini API's dialect that Vertex AI refuses, known by Google's words for it. */
export type MendName = "call-ids" | "roles";

interface Mend {
  /** Of a 400, in lower case. */
  readonly refusal: RegExp;
  /** Changes a content in place; whether anything was changed. */
  readonly content: (content: Loose) => boolean;
}

type Loose = Record<string, unknown>;

/** Calls and their results, in both spellings that Google reads. */
const CALLS = ["functionCall", "function_call", "functionResponse", "function_response"];

/**
 * The ids of calls were no field of Vertex AI until September 2026 (vercel/ai#15664, anomalyco/opencode#50504), and a content
 * without a role is the person's with the Gemini API alone.
 */
const MENDS: Readonly<Record<MendName, Mend>> = {
  "call-ids": {
    refusal: /unknown name "id" at '?[\w.[\]]*\.function_?(?:call|response)\b/,
    content: (content) => partsOf(content).filter(withoutId).length > 0,
  },
  roles: {
    refusal: /^please use a valid role: user, model/,
    content: (content) => {
      const lacks = content["role"] === undefined || content["role"] === "";
      if (lacks) content["role"] = "user";
      return lacks;
    },
  },
};

/** What would have to change for Google to take the call, by its words; undefined where that is nothing we know. */
export function mendFor(sentence: string): MendName | undefined {
  const words = sentence.toLowerCase();
  return (Object.keys(MENDS) as MendName[]).find((name) => MENDS[name].refusal.test(words));
}

/** The body without what these name; the same text where nothing changes or it is no JSON. Parses: only for what was refused once. */
export function mended(body: string, names: Iterable<MendName>): string {
  const request = asObject(parsed(body));
  if (request === undefined) return body;
  const contents = objectsIn(request["contents"]);
  let changed = false;
  for (const name of names) for (const content of contents) changed = MENDS[name].content(content) || changed;
  return changed ? JSON.stringify(request) : body;
}

const partsOf = (content: Loose): readonly Loose[] => objectsIn(content["parts"]);

function withoutId(part: Loose): boolean {
  const calls = CALLS.flatMap((name) => objectsIn([part[name]])).filter((call) => "id" in call);
  for (const call of calls) delete call["id"];
  return calls.length > 0;
}

const objectsIn = (value: unknown): readonly Loose[] =>
  Array.isArray(value) ? value.filter((item): item is Loose => asObject(item) !== undefined) : [];
