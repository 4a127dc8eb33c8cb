import type { DurationMs } from "../core/account";
import type { QuotaRule } from "./quota-rule";

/** A key of Vertex AI's express mode. Without `project` it has a project of its own. */
export interface ExpressAccount {
  readonly label: string;
  readonly expressKey: string;
  readonly project?: string;
  readonly latencyMs?: DurationMs;
}

/** What Vertex AI is for a project. Its `quotas` hold at each location on its own. */
export interface VertexRule {
  readonly quotas?: readonly QuotaRule[];
  /** The API was never switched on. */
  readonly disabled?: boolean;
  /** Nobody pays for the project. */
  readonly withoutBilling?: boolean;
}

/** A location of Vertex AI. `models`: default those of the scenario. `sharedQuotas`: for all projects together (dynamic shared quota). */
export interface LocationRule {
  readonly models?: readonly string[];
  readonly sharedQuotas?: readonly QuotaRule[];
}
