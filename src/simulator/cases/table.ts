import type { CaseBuilder, CaseTable } from "./case";
import { CODE_ASSIST_CASES } from "./code-assist";
import { COMMON_CASES, OAUTH_CASES } from "./common";
import { FOUND_CASES } from "./found";
import { GEMINI_API_CASES } from "./gemini-api";
import { STREAM_CASES } from "./streams";
import { VERTEX_CASES } from "./vertex";

const CASES: CaseTable = {
  ...COMMON_CASES,
  ...GEMINI_API_CASES,
  ...CODE_ASSIST_CASES,
  ...VERTEX_CASES,
  ...OAUTH_CASES,
  ...STREAM_CASES,
  ...FOUND_CASES,
};

/** Every named answer, in alphabetical order. */
export const CASE_NAMES: readonly string[] = Object.keys(CASES).sort();

/** The builder of a named answer. */
export const findCase = (name: string): CaseBuilder | undefined =>
  Object.hasOwn(CASES, name) ? CASES[name] : undefined;
