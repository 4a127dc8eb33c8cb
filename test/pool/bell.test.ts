import { describe, expect, test } from "bun:test";
import { Bell } from "../../src/pool/bell";
import { fakeClock, settled } from "../support/fake-clock";

function ringing() {
  const clock = fakeClock();
  const bell = new Bell(clock);
  const ended: string[] = [];
  const wait = (name: string, ms: number, signal?: AbortSignal) =>
    bell.wait(ms, signal).then(
      () => void ended.push(name),
      (error: Error) => void ended.push(`${name}: ${error.message}`),
    );
  return { clock, bell, ended, wait };
}

describe("whoever waits", () => {
  test("goes on at the next ring, all together", async () => {
    const { bell, ended, wait, clock } = ringing();
    wait("a", 2_000);
    wait("b", 2_000);
    await clock.advance(500);
    expect(ended).toEqual([]);
    bell.ring();
    await settled();
    expect(ended).toEqual(["a", "b"]);
    expect(clock.pending()).toBe(0);
  });

  test("goes on when the time is over", async () => {
    const { ended, wait, clock } = ringing();
    wait("a", 2_000);
    await clock.advance(2_000);
    expect(ended).toEqual(["a"]);
  });

  test("stops at once when it is aborted, with the reason, and leaves nothing behind", async () => {
    const { ended, wait, clock, bell } = ringing();
    const controller = new AbortController();
    wait("a", 2_000, controller.signal);
    controller.abort(new Error("enough"));
    await settled();
    expect(ended).toEqual(["a: enough"]);
    expect(clock.pending()).toBe(0);
    bell.ring();
    wait("b", 2_000, controller.signal);
    await settled();
    expect(ended).toEqual(["a: enough", "b: enough"]);
  });
});
