import type { DurationMs, EpochMs } from "../core/account";
import type { PoolSnapshot } from "../core/snapshot";
import type { AccountStore } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { KeyProbe } from "../ports/upstream";
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
  /** Asks without showing what is typed; undefined when the person gives up. Only where `isTty`. */
  secret?(question: string): Promise<string | undefined>;
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

/** What commands are made of. `open` is called by those alone that need the stores. */
export interface CliParts {
  readonly version: string;
  open(): Promise<CliStores>;
  /** Local time minus UTC. */
  readonly offsetMs: (at: EpochMs) => DurationMs;
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
  run(values: OptionValues, io: CliIo, parts: CliParts): Promise<ExitCode>;
}
