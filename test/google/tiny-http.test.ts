import { describe, expect, test } from "bun:test";
import { callSmall } from "../../src/google/tiny-http";
import type { Fetch } from "../../src/ports/world";

const call = (fetch: Fetch, signal?: AbortSignal) =>
  callSmall({ fetch, url: "https://google.example/x", method: "POST", headers: { a: "b" }, body: "c", signal });

describe("callSmall", () => {
  test("sends what it was given, follows no redirect and sets no limit of its own", async () => {
    const seen: unknown[] = [];
    const answer = await call(async (url, init) => {
      seen.push({ url, ...init });
      return new Response("gone", { status: 302, headers: { location: "https://elsewhere.example" } });
    });
    expect(seen).toEqual([
      {
        url: "https://google.example/x",
        method: "POST",
        headers: { a: "b" },
        body: "c",
        redirect: "manual",
        timeout: false,
      },
    ]);
    expect(answer).toMatchObject({ kind: "answer", status: 302, body: "gone" });
  });

  test("reads 64 KiB and lets go of the rest", async () => {
    let pulled = 0;
    let given = false;
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(10_000).fill(97 + (pulled++ % 2))),
      cancel: () => {
        given = true;
      },
    });
    const answer = await call(async () => new Response(body));
    expect(answer).toMatchObject({ kind: "answer" });
    expect(answer.kind === "answer" && answer.body.length).toBe(65_536);
    expect(given).toBe(true);
    expect(pulled).toBeLessThan(12);
  });

  test("joins characters that were split between chunks", async () => {
    const bytes = new TextEncoder().encode("größer 😀");
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await call(async () => new Response(body))).toMatchObject({ body: "größer 😀" });
  });

  test("a throw, a broken body and a fetch that throws at once are the network's", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("reset")) });
    const fetches: Fetch[] = [
      async () => Promise.reject(new TypeError("refused")),
      async () => new Response(broken),
      () => {
        throw new Error("at once");
      },
    ];
    for (const fetch of fetches) {
      expect(await call(fetch)).toMatchObject({ kind: "failed", outcome: { kind: "transient", cause: "network" } });
    }
  });

  test("an abort is nobody's failure, and one beforehand costs no call", async () => {
    const stop = new AbortController();
    const during: Fetch = async (_, init) => {
      stop.abort();
      throw init.signal?.reason;
    };
    expect(await call(during, stop.signal)).toEqual({ kind: "failed", outcome: { kind: "aborted" } });
    let calls = 0;
    const count: Fetch = async () => {
      calls += 1;
      return new Response();
    };
    expect(await call(count, stop.signal)).toEqual({ kind: "failed", outcome: { kind: "aborted" } });
    expect(calls).toBe(0);
  });

  test("the caller's time limit says that Google was too slow", async () => {
    const late = AbortSignal.abort(new DOMException("late", "TimeoutError"));
    const answer = await call(async () => new Response(), late);
    expect(answer).toMatchObject({
      outcome: { kind: "transient", cause: "network", sentence: "Google did not answer in time." },
    });
  });
});
