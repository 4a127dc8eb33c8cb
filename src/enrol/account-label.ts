import type { AccountStore } from "../ports/account-store";

const LABEL_WIDTH = 60;

/** A label as it may be shown in one line; nothing where nothing is left of it. */
export function cleanLabel(label: string | undefined): string | undefined {
  const clean = (label ?? "")
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim()
    .slice(0, LABEL_WIDTH);
  return clean === "" ? undefined : clean;
}

/** A person's e-mail as it may be shown: `m…@work.example`. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 1 ? "…" : `${[...email][0]}…${email.slice(at)}`;
}

/** The name, or the first of "name 2", "name 3", … that nobody has. */
export function freeLabel(store: Pick<AccountStore, "current">, name: string): string {
  const taken = new Set(store.current().entries.map(({ account }) => account.label));
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}

/** "key 1", "key 2", …: the first that nobody has. */
export function numberedLabel(store: Pick<AccountStore, "current">, name: string): string {
  const taken = new Set(store.current().entries.map(({ account }) => account.label));
  let number = 1;
  while (taken.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}
