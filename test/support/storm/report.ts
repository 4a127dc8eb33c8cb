import type { StormReport } from "./run";

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

/** A storm in one line. */
export const told = (report: StormReport): string =>
  [
    `${report.writes} writes of accounts (${report.refused} refused)`,
    `${report.factSteps} changes of the state (${report.lostSteps} lost with their process, the oldest ${seconds(report.oldestLostMs)} old; ${report.troubles} times busy)`,
    `${report.kills} kills and ${report.suicides} deaths at a bad place`,
    `longest wait for a lock ${seconds(report.longestWaitMs)}`,
    `first write afterwards ${seconds(report.freshMs)}`,
  ].join(", ");
