/** True unless `work` throws: for what the disk may refuse without harm. */
export function quietly(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
