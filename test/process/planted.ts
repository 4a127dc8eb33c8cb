/** In every invented secret of the sweep, soon after where its form begins: whoever finds it has found a leak. */
export const MARK = "Zq7SweepMark";

/** As long as real ones are. */
const filled = (head: string, length: number): string =>
  `${head}${MARK}${"x9Kd3Vt0Pw5".repeat(8)}`.slice(0, head.length + length);

/** One secret of every form that must never be seen; names are for the report of a leak. */
export const PLANTED: Readonly<Record<string, string>> = {
  apiKey: filled("AIza", 35),
  newKey: filled("AQ.", 40),
  accessToken: filled("ya29.", 50),
  refreshToken: filled("1//", 50),
  encodedRefreshToken: filled("1%2F%2F", 50),
  clientSecret: filled(["GOC", "SPX-"].join(""), 28),
  jwt: `eyJhbGciOiJSUzI1NiJ9.${filled("eyJ", 40)}.${filled("", 43)}`,
  privateKey: ["-----BEGIN PRIVATE KEY-----", filled("MII", 60), "-----END PRIVATE KEY-----", ""].join("\n"),
  email: `${MARK}.person@mail.example`,
  bearer: `Bearer ${filled("", 40)}`,
  address: `https://mail.example/v1?key=${filled("", 39)}`,
  code: filled("4/0A", 50),
};

const FORMS = Object.entries(PLANTED);

/**
 * Where secrets go: `beside` puts one behind each free text, sometimes every one, and leaves the names that decide; `behind` puts one
 * behind each text; `instead` leaves nothing else of any text; `single` does so with one text of each object, every time another.
 * All of them add fields that nobody knows.
 */
export type Place = "beside" | "behind" | "instead" | "single";

/** Texts for people, which decide little. */
const FREE =
  /^(?:message|error_description|description|reasonMessage|validationErrorMessage|tierName|displayName|text|hd|given_name|family_name|picture|privacyNotice|consumer|appeal_url|validation_url|validationUrl|activationUrl|url|link)$/;

/** Each of these is the secret itself, and has to work. */
const EXACT = /^(?:access_token|refresh_token|id_token)$/;

/** Puts secrets into texts, another one each time, and counts them by form. */
export interface Planter {
  readonly counts: Map<string, number>;
  /** The next secret. */
  next(): string;
  /** The value with secrets in all of its texts. */
  into(value: unknown): unknown;
  intoText(text: string): string;
}

/** Without the permissions that were asked for every login would end early, so all at once leaves them. */
const NEEDED = /^scope$/;

/** Every so many texts one gets all secrets at once: short ones alone are told on. */
const ALL_EVERY = 7;

export function createPlanter(place: Place): Planter {
  const counts = new Map<string, number>();
  const shapes = new Map<string, number>();
  let [turn, texts] = [0, 0];
  const form = (at: number): string => {
    const [name, secret] = FORMS[at % FORMS.length] ?? ["", ""];
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return secret;
  };
  const next = () => form(turn++);
  const behind = (text: string) =>
    `${text} ${place === "beside" && ++texts % ALL_EVERY === 0 ? FORMS.map(next).join(" ") : next()}`;
  const spoil = (name: string, value: unknown): unknown => {
    if (typeof value !== "string") return into(value);
    if (EXACT.test(name) || NEEDED.test(name) || (place === "beside" && !FREE.test(name))) return value;
    return place === "instead" ? next() : behind(value);
  };
  /** Of objects alike each text in turn, with each form in turn. */
  const one = (value: object): [string, unknown][] => {
    const fields = Object.entries(value);
    const names = fields.flatMap(([name, each]) => (typeof each === "string" && !EXACT.test(name) ? [name] : []));
    const shape = names.join();
    const number = shapes.get(shape) ?? 0;
    shapes.set(shape, number + 1);
    const chosen = names[number % names.length];
    const secret = form(Math.floor(number / Math.max(1, names.length)));
    return fields.map(([name, each]) => [name, name === chosen ? secret : into(each)]);
  };
  const into = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((each) => spoil("", each));
    if (typeof value !== "object" || value === null) return value;
    const fields =
      place === "single" ? one(value) : Object.entries(value).map(([name, each]) => [name, spoil(name, each)] as const);
    return { ...Object.fromEntries(fields), debugInfo: next(), client_secret: next() };
  };
  const intoText = (text: string) => {
    if (place === "instead") return next();
    return place === "beside" && !/\s/.test(text.trim()) ? text : behind(text);
  };
  return { counts, next, into, intoText };
}

const plain = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What is left of the text in base64, wherever in a longer one it stands. */
function inBase64(text: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.from("\0".repeat(before) + text).toString("base64");
    return whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + text.length) * 8) / 6));
  });
}

/** Case does not matter, nor does base64, hexadecimal or an encoding for addresses. */
export function finderOf(needles: readonly string[]): (hay: string) => string | undefined {
  const forms = needles.flatMap((needle) => [
    needle,
    encodeURIComponent(needle),
    Buffer.from(needle).toString("hex"),
    ...inBase64(needle),
  ]);
  const pattern = new RegExp([...new Set(forms)].map(plain).join("|"), "i");
  return (hay) => {
    const found = pattern.exec(hay);
    return found ? hay.slice(Math.max(0, found.index - 120), found.index + 60) : undefined;
  };
}
