import type { AccountId, DurationMs, EpochMs } from "../core/account";
import type { PoolSnapshot } from "../core/snapshot";
import type { WaysParts } from "../enrol/ways/parts";
import type { AccountStore, AccountsView } from "../ports/account-store";
import type { ForeignFormat, ForeignReader, ForeignReading, ForeignWish } from "../ports/import";
import type { StateStore } from "../ports/state-store";
import type { Upkeep } from "../ports/upkeep";
import type { KeyProbe, TokenSource } from "../ports/upstream";
import type { Chance, Clock } from "../ports/world";
import type { SimulatorParts } from "../simulator/run/simulate";
import type { OptionSpec, OptionValues } from "./arguments";

/** The terminal, or what stands in for it. `stdin` reads to the end; `isTty` is whether a person sits at it. */
export interface CliIo {
  stdout(text: string): void;
  stderr(text: string): void;
  stdin(): Promise<string>;
  readonly isTty: boolean;
  /** Columns; 80 where unknown. */
  readonly width?: number;
  /** Asks in the open; undefined when the person gives up or the signal ends it. Only where `isTty`. */
  ask?(question: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The same without showing what is typed. */
  secret?(question: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The next line of standard input; undefined at its end. */
  line?(): Promise<string | undefined>;
}

/** The stores of this user, open. */
export interface CliStores {
  readonly accounts: AccountStore;
  readonly state: StateStore;
  readonly probe: KeyProbe;
  readonly chance: Chance;
  readonly clock: Clock;
  snapshot(): PoolSnapshot;
  close(): void;
}

/** What a simulation needs of the world. */
export interface CliSimulation extends SimulatorParts {
  /** The text of a file; undefined where it cannot be read. */
  read(path: string): string | undefined;
  /** What is wrong with a JSON text, with line and column. */
  jsonFault(text: string): string | undefined;
}

/** What an import needs besides the stores. */
export interface CliImport {
  /** The text of a file; undefined where it cannot be read. */
  read(path: string): string | undefined;
  readonly foreign: ForeignReader;
  /** The variables of this process. */
  environment(wish: ForeignWish): ForeignReading;
  /** Where the other program keeps its file; undefined where there is no such place. */
  usualFile(from: ForeignFormat): string | undefined;
  /** Accounts that a person removed here. */
  removed(): ReadonlySet<AccountId>;
}

/** What the ways in are made of, with stores of their own. */
export interface CliLogin extends WaysParts {
  readonly tokens: TokenSource;
  /** Every account, also those that are kept elsewhere, and what is wrong with where they are kept. */
  everyone(): AccountsView;
  close(): void;
}

/** What commands are made of. `open` is called by those alone that need the stores. */
export interface CliParts {
  readonly version: string;
  open(): Promise<CliStores>;
  /** Local time minus UTC. */
  readonly offsetMs: (at: EpochMs) => DurationMs;
  /** Called by `login`, `oauth-client` and `verify` alone. */
  readonly login?: () => Promise<CliLogin>;
  /** Called by `doctor`, and by `status` where the accounts file holds none. */
  readonly upkeep?: () => Promise<Upkeep>;
  /** Called by `import` alone. */
  readonly importing?: () => Promise<CliImport>;
  /** Called by `simulate` alone. */
  readonly simulation?: () => Promise<CliSimulation>;
}

/** 0: done. 1: failed. 2: asked in a way that cannot be done. */
export type ExitCode = 0 | 1 | 2;

/** One command. `usage` is its line of the manual, without the program's name. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** The one word it takes without a name before it; its value is under that name among the options'. */
  readonly operand?: OptionSpec;
  /** The same where it takes several, in their order. */
  readonly operands?: readonly OptionSpec[];
  run(values: OptionValues, io: CliIo, parts: CliParts): Promise<ExitCode>;
}
