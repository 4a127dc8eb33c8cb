import type { AccountEntry, AccountSource, AccountsView } from "../ports/account-store";

/**
 * Several sources as one. The same API key in two places is one account: the first source wins, so that an
 * account of the file keeps its name and settings when its key is also in the environment.
 */
export function createRoster(sources: readonly AccountSource[]): AccountSource {
  let views: readonly AccountsView[] = [];
  let merged: AccountsView = { entries: [] };
  return {
    current() {
      const now = sources.map((source) => source.current());
      if (now.length === views.length && now.every((view, index) => view === views[index])) return merged;
      views = now;
      merged = merge(now);
      return merged;
    },
    watch(listener) {
      const cancels = sources.flatMap((source) => source.watch?.(listener) ?? []);
      return () => {
        for (const cancel of cancels) cancel();
      };
    },
  };
}

function merge(views: readonly AccountsView[]): AccountsView {
  const seen = new Set<string>();
  const entries = views.flatMap((view) => view.entries).filter((entry) => isFirst(entry, seen));
  const problems = views.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  return problems.length > 0 ? { entries, problem: problems.join("\n") } : { entries };
}

function isFirst({ account, credential }: AccountEntry, seen: Set<string>): boolean {
  const identity =
    credential.kind === "api-key" ? `${account.backend}:${credential.key}` : `${account.backend}:${account.id}`;
  if (seen.has(identity)) return false;
  seen.add(identity);
  return true;
}
