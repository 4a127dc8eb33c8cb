/** What a person does who is asked to agree in the browser; default: says yes to everything. */
export interface ConsentRule {
  /** `wrong-state`: they agree, and what comes back is of another login. */
  readonly says?: "yes" | "no" | "wrong-state";
  /** Scopes whose boxes they leave empty. */
  readonly unticked?: readonly string[];
  /** Google gives no refresh token, whatever is asked. */
  readonly withoutRefreshToken?: boolean;
}
