import { type HostLogin, MARKER } from "../core/marker";
import type { AccountSource, AccountsView } from "../ports/account-store";
import type { Files } from "../ports/files";
import type { Clock } from "../ports/world";
import { isObject, type JsonObject } from "./json";
import { keyEntry } from "./key-entry";
import { type Reading, watchText } from "./watched-text";

/** The google entry of opencode's auth.json. Its file is never written by us and its troubles are opencode's to tell. */
export interface HostKeys extends AccountSource {
  /** Our login method left its mark: the user wants the pool even while it is empty. */
  hasMarker(): boolean;
  /** What opencode has for google beside our mark: a login of ours must give it back as it was. */
  stored(): HostLogin | undefined;
}

/** `content` is OPENCODE_AUTH_CONTENT, which opencode reads instead of the file. */
interface HostKeysWorld {
  readonly files: Files;
  readonly clock: Clock;
  readonly path: string;
  readonly content?: string;
}

interface HostEntry {
  readonly view: AccountsView;
  readonly isMarker: boolean;
  readonly stored?: HostLogin;
}

const NOBODY: HostEntry = { view: { entries: [] }, isMarker: false };

const NAMED = { prefix: "opencode", label: "opencode's own key" };

function hostEntry(google: JsonObject): HostEntry {
  const { type, key, refresh } = google;
  if (type === "oauth") return refresh === MARKER ? { ...NOBODY, isMarker: true } : othersLogin(google);
  const text = type === "api" && typeof key === "string" ? key.trim() : "";
  // The marker may have been stored as a key by a login method of that kind.
  if (text === MARKER) return { ...NOBODY, isMarker: true };
  return text === "" ? NOBODY : { view: { entries: [keyEntry(text, NAMED)] }, isMarker: false, stored: { key: text } };
}

/** The login of another plugin. It is no account of ours: its tokens belong to a client that we do not know. */
function othersLogin({ refresh, access, expires, accountId, enterpriseUrl }: JsonObject): HostEntry {
  if (typeof refresh !== "string" || typeof access !== "string" || typeof expires !== "number") return NOBODY;
  const more = {
    ...(typeof accountId === "string" ? { accountId } : {}),
    ...(typeof enterpriseUrl === "string" ? { enterpriseUrl } : {}),
  };
  return { ...NOBODY, stored: { refresh, access, expires, ...more } };
}

/** Undefined where the text is no JSON object: opencode may be in the middle of writing it. */
function parse(text: string): HostEntry | undefined {
  try {
    const all: unknown = JSON.parse(text);
    if (!isObject(all)) return undefined;
    return isObject(all["google"]) ? hostEntry(all["google"]) : NOBODY;
  } catch {
    return undefined;
  }
}

/** The API key that opencode itself has, as an account that stays where it is. Costs one stat; never throws. */
export function createHostKeys({ files, clock, path, content }: HostKeysWorld): HostKeys {
  const given = content === undefined ? undefined : parse(content);
  const watch = watchText({ files, clock, path });
  let seen: Reading | undefined;
  let entry = NOBODY;

  const look = (): HostEntry => {
    if (given) return given;
    const reading = watch();
    if (reading === seen) return entry;
    seen = reading;
    if (reading.kind === "missing") entry = NOBODY;
    if (reading.kind === "text") entry = parse(reading.text) ?? entry;
    return entry;
  };
  return { current: () => look().view, hasMarker: () => look().isMarker, stored: () => look().stored };
}
