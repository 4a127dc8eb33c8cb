import type { CheckUp, Examined } from "../core/finding";
import { examinedWords } from "./doctor-words";
import { counted, oneLine, wrapped } from "./text";

const MARKS: Readonly<Record<Examined["standing"], string>> = {
  fine: "✓",
  fixed: "✓",
  note: "·",
  open: "!",
  failed: "!",
};

const ORDER: readonly Examined["standing"][] = ["open", "failed", "fixed", "fine", "note"];

function headline({ healthy, examined }: CheckUp): string {
  const count = (...wanted: readonly Examined["standing"][]) =>
    examined.filter(({ standing }) => wanted.includes(standing)).length;
  const fixedCount = count("fixed");
  const fixed = fixedCount > 0 ? [`${counted(fixedCount, "thing was", "things were")} put right`] : [];
  const open = healthy ? ["all is well"] : [`${counted(count("open", "failed"), "thing needs", "things need")} you`];
  return `Gemini pool: ${[...open, ...fixed].join(" · ")}`;
}

function lines(each: Examined, width: number): readonly string[] {
  const { sentence, nextStep } = examinedWords(each);
  const inside = { width, indent: "  " };
  return [
    ...wrapped(oneLine(sentence), { ...inside, first: `${MARKS[each.standing]} ` }),
    ...(nextStep === undefined ? [] : wrapped(oneLine(nextStep), { width, indent: "    ", first: "  → " })),
  ];
}

/** A check as a person reads it: what needs somebody first. Plain text, no colours. */
export function doctorLines(checkUp: CheckUp, { width = 80 }: { readonly width?: number } = {}): readonly string[] {
  const inOrder = ORDER.flatMap((standing) => checkUp.examined.filter((each) => each.standing === standing));
  return [headline(checkUp), "", ...inOrder.flatMap((each) => lines(each, width))];
}

/** The same for programs: a stable form. */
export function doctorJson({ healthy, examined }: CheckUp): object {
  const findings = examined.map((each) => {
    const { sentence, nextStep = null } = examinedWords(each);
    const { kind } = each.finding;
    const path = "path" in each.finding ? each.finding.path : null;
    return { kind, standing: each.standing, path, sentence, nextStep };
  });
  return { healthy, findings };
}
