import { expect } from "bun:test";
import type { AccountEntry } from "../../../src/ports/account-store";
import { aCooldown, aKey, anAccount } from "../../support/builders";
import { type SeenCall, type StubWorld, stubWorld } from "../stub-world";
import { type Attitude, type Command, endOf, saidBy } from "./commands";
import { Judge } from "./judge";
import { busyKey, PoolModel } from "./pool-model";

type Of<D extends Command["do"]> = Extract<Command, { do: D }>;

/** The pool, Google's moods and the model, side by side. */
export class Play {
  readonly #model = new PoolModel();
  readonly #judge = new Judge(this.#model);
  readonly #moods = new Map<string, { readonly attitude: Attitude; readonly until: number }>();
  readonly #world: StubWorld;
  #tookMs = 0;
  #added = 0;

  /** One account for each of these projects. */
  constructor(projects: readonly string[], seed: number) {
    this.#world = stubWorld({ accounts: [], seed, says: (call) => this.#says(call) });
    for (const project of projects) this.#add(project, this.#now - 86_400_000);
  }

  async run(command: Command): Promise<void> {
    switch (command.do) {
      case "ask":
        await this.#ask(command);
        break;
      case "leave":
        await this.#leave(command);
        break;
      case "wait":
        await this.#world.clock.advance(command.ms);
        break;
      case "google":
        this.#google(this.#entry(command.who), command.says, command.forMs);
        break;
      case "google to all":
        for (const entry of this.#entries) this.#google(entry, command.says, command.forMs);
        break;
      case "add":
        this.#add(command.project === "new" ? `new-${this.#added}` : command.project, this.#now);
        this.#google(this.#entries.at(-1), command.says, 0);
        break;
      case "another process":
        this.#hear(command);
        break;
      default:
        this.#change(command.do, this.#entry(command.who));
    }
    for (const { account } of this.#entries) expect(this.#world.pool.inFlight(account.id)).toBe(0);
    expect(this.#world.clock.pending()).toBe(0);
  }

  get #now(): number {
    return this.#world.clock.now();
  }

  get #entries(): readonly AccountEntry[] {
    return this.#world.store.current().entries;
  }

  #entry(who: number): AccountEntry | undefined {
    return this.#entries[who % Math.max(1, this.#entries.length)];
  }

  #says(call: SeenCall) {
    const mood = this.#moods.get(call.account.id);
    const attitude = mood && mood.until > call.at + this.#tookMs ? mood.attitude : "fine";
    return { outcome: saidBy(attitude, mood?.until ?? 0, call, this.#tookMs), afterMs: this.#tookMs };
  }

  #google(entry: AccountEntry | undefined, attitude: Attitude, forMs: number): void {
    if (entry) this.#moods.set(entry.account.id, { attitude, until: endOf(attitude, this.#now, forMs) });
  }

  async #ask({ session, model, tookMs }: Of<"ask">): Promise<void> {
    this.#tookMs = tookMs;
    const first = this.#world.calls.length;
    const reply = await this.#world.clock.finish(this.#world.start({ session, model }), 3_600_000);
    const now = this.#now;
    if (reply.kind === "answered") await reply.response.text();
    await this.#world.clock.advance(0);
    this.#judge.judge({ model, session, calls: this.#world.calls.slice(first), reply, now });
  }

  /** The caller leaves: at once there is quiet, and what was not answered teaches nothing. */
  async #leave({ session, model, afterMs, tookMs }: Of<"leave">): Promise<void> {
    this.#tookMs = tookMs;
    const { clock, calls, start } = this.#world;
    const [first, leaver, before] = [calls.length, new AbortController(), this.#known()];
    const asked = start({ session, model, signal: leaver.signal }).then(
      async (reply) => {
        const now = this.#now;
        if (reply.kind === "answered") await reply.response.text();
        return { reply, now };
      },
      (error: Error) => {
        expect(error.name).toBe("AbortError");
        return {};
      },
    );
    await clock.advance(afterMs);
    const leftAt = this.#now;
    leaver.abort(new DOMException("the caller left", "AbortError"));
    const { reply, now } = { now: leftAt, reply: undefined, ...(await clock.finish(asked, 0)) };
    expect(this.#now).toBe(leftAt);
    const taught = calls.slice(first).filter(({ outcome }) => outcome !== undefined);
    if (taught.length === 0) expect(this.#known()).toEqual(before);
    const more = reply === undefined ? {} : { reply };
    this.#judge.judge({ model, session, calls: calls.slice(first), now, ...more });
  }

  /** What calls teach, as data. */
  #known(): unknown {
    const { cooldowns, bindings, health, quotas, circuits, suspicions } = this.#world.state.current();
    return [cooldowns, bindings, health, quotas, circuits, suspicions].map((facts) => [...facts]);
  }

  #add(project: string, addedAt: number): void {
    const id = `a${this.#added++}`;
    const account = anAccount({ id, label: id, quotaProject: project, addedAt });
    this.#world.store.set([...this.#entries, { account, credential: aKey(id) }]);
    this.#model.members.set(id, { project, addedAt, enabled: true, parked: false });
  }

  #change(what: "switch" | "remove" | "new key", entry: AccountEntry | undefined): void {
    const member = entry && this.#model.members.get(entry.account.id);
    if (!entry || !member) return;
    const { id } = entry.account;
    const changed: AccountEntry[] = [];
    if (what === "remove") this.#model.members.delete(id);
    if (what === "switch") {
      member.enabled = !member.enabled;
      changed.push({ ...entry, account: { ...entry.account, enabled: member.enabled } });
    }
    if (what === "new key") {
      member.parked = false;
      this.#moods.delete(id);
      changed.push({ ...entry, credential: aKey(`${id}-${this.#now}-${this.#world.calls.length}`) });
    }
    this.#world.store.set(this.#entries.flatMap((each) => (each === entry ? changed : [each])));
  }

  #hear({ who, what, ms }: Of<"another process">): void {
    const entry = this.#entry(who);
    if (!entry) return;
    const { id, quotaProject } = entry.account;
    const scopes = {
      account: { kind: "account", accountId: id },
      quota: { kind: "quota", quotaScope: `gemini-api/${quotaProject}`, group: "m" },
      model: { kind: "backend-model", backend: "gemini-api", model: "m" },
    } as const;
    const times = { since: this.#now, until: this.#now + ms, step: 1 };
    const reason = what === "model" ? "capacity" : "rate-limit";
    this.#world.state.apply([{ type: "cooldown.set", cooldown: aCooldown({ scope: scopes[what], reason, ...times }) }]);
    const key = { account: id, quota: this.#model.quotaKey(id, "m"), model: busyKey("m") }[what];
    this.#model.rest(key, { why: what === "model" ? "busy" : "told", ...times });
  }
}
