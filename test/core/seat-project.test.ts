import { expect, test } from "bun:test";
import { seatProjectFault } from "../../src/core/seat-project";

test("ids of projects are taken, also old ones with a domain", () => {
  for (const id of ["my-project-123", "a1", "example.com:app-1"]) expect(seatProjectFault(id)).toBeUndefined();
});

test("a number is told from an id, and nothing else passes; what was given is not repeated", () => {
  expect(seatProjectFault("123456789012")).toContain("number");
  for (const wrong of [
    "",
    "My Project",
    "my_project",
    "-a",
    "a-",
    "projects/x",
    "a\nb",
    "x".repeat(200),
    "AIza-example",
  ]) {
    const fault = seatProjectFault(wrong);
    expect(fault).toContain("id of a Google Cloud project");
    if (wrong.length > 2) expect(fault).not.toContain(wrong);
  }
});
