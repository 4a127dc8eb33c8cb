import { afterEach, describe, expect, test } from "bun:test";
import { connect, createServer } from "node:net";
import type { Callback } from "../../src/ports/login";
import { createLoopback, type Listen } from "../../src/system/loopback";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

const GOOD = { title: "Done", text: "It is stored.", ok: true };

async function listening(onCallback: (callback: Callback) => void = ({ answer }) => answer(GOOD), listen?: Listen) {
  const listener = await createLoopback(listen).listen(onCallback);
  open.push(listener);
  const { port } = new URL(listener.redirectUri);
  return { listener, port, at: (host: string) => `http://${host}:${port}/oauth2callback?code=c&state=s` };
}

const hasSixth = await new Promise<boolean>((resolve) => {
  const server = createServer();
  server.once("error", () => resolve(false));
  server.listen({ host: "::1", port: 0 }, () => server.close(() => resolve(true)));
});

/** What `listen` says where an address family is missing. */
const missing = () => Promise.reject(Object.assign(new Error("no such address"), { code: "EADDRNOTAVAIL" }));

describe("the loopback listener", () => {
  test("answers at 127.0.0.1 by the address it names", async () => {
    const queries: string[] = [];
    const { listener } = await listening(({ query, answer }) => {
      queries.push(query.toString());
      answer(GOOD);
    });
    expect(listener.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth2callback$/);
    const page = await fetch(`${listener.redirectUri}?code=4%2F0x&state=s`);
    expect(page.status).toBe(200);
    expect(queries).toEqual(["code=4%2F0x&state=s"]);
  });

  test.skipIf(!hasSixth)("and at ::1 with the same port", async () => {
    const { at } = await listening();
    expect((await fetch(at("[::1]"))).status).toBe(200);
    expect((await fetch(at("localhost"))).status).toBe(200);
  });

  test.skipIf(!hasSixth)("answers at ::1 alone where there is no 127.0.0.1", async () => {
    const { listener } = await listening(undefined, (server, host, port) =>
      host === "127.0.0.1" ? missing() : realListen(server, host, port),
    );
    expect(listener.redirectUri).toMatch(/^http:\/\/\[::1\]:\d+\/oauth2callback$/);
    expect((await fetch(`${listener.redirectUri}?code=c&state=s`)).status).toBe(200);
  });

  test("answers at 127.0.0.1 alone where there is no ::1", async () => {
    const { at } = await listening(undefined, (server, host, port) =>
      host === "::1" ? missing() : realListen(server, host, port),
    );
    expect((await fetch(at("127.0.0.1"))).status).toBe(200);
  });

  test("takes another port where the one is taken at ::1", async () => {
    const asked: number[] = [];
    const { at, port } = await listening(undefined, async (server, host, wanted) => {
      if (host === "127.0.0.1") return realListen(server, host, wanted);
      asked.push(wanted);
      if (asked.length === 1) throw Object.assign(new Error("taken"), { code: "EADDRINUSE" });
      return wanted;
    });
    expect(asked).toHaveLength(2);
    expect(Number(port)).toBe(asked[1] ?? 0);
    expect((await fetch(at("127.0.0.1"))).status).toBe(200);
  });

  test.skipIf(!hasSixth)("leaves a port alone that somebody really holds at ::1", async () => {
    const holder = createServer();
    const held = await new Promise<number>((resolve) =>
      holder.listen({ host: "::1", port: 0, ipv6Only: true }, () =>
        resolve((holder.address() as { port: number }).port),
      ),
    );
    open.push(holder);
    let isFirst = true;
    const { port, at } = await listening(undefined, (server, host, wanted) => {
      const chosen = host === "127.0.0.1" && isFirst ? held : wanted;
      isFirst = false;
      return realListen(server, host, chosen);
    });
    expect(Number(port)).not.toBe(held);
    expect((await fetch(at("[::1]"))).status).toBe(200);
  });

  test("says in a sentence where no port can be had", async () => {
    await expect(createLoopback(missing).listen(() => {})).rejects.toThrow("No port of this machine");
  });

  test("knows one path and one method", async () => {
    let called = 0;
    const { port, at } = await listening(() => called++);
    expect((await fetch(`http://127.0.0.1:${port}/favicon.ico`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(at("127.0.0.1"), { method: "POST" })).status).toBe(405);
    expect((await fetch(at("127.0.0.1"), { method: "HEAD" })).status).toBe(405);
    expect(called).toBe(0);
  });

  test("refuses a page elsewhere whose name was pointed here", async () => {
    let called = 0;
    const { port } = await listening(() => called++);
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1:1", "localhost"]) {
      expect(await raw(Number(port), `GET /oauth2callback?code=c HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain(
        " 403 ",
      );
    }
    expect(called).toBe(0);
  });

  test("answers once, escapes its text, runs and fetches nothing, and keeps no connection", async () => {
    const { at } = await listening(({ answer }) => {
      answer({ title: "<b>No</b>", text: `"it" & <script>alert('x')</script>`, ok: false });
      answer(GOOD);
    });
    const page = await fetch(at("127.0.0.1"));
    const text = await page.text();
    expect(page.status).toBe(400);
    expect(text).toContain("&lt;b&gt;No&lt;/b&gt;");
    expect(text).toContain("&quot;it&quot; &amp; &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
    expect(text).not.toMatch(/<script|src=|https?:/);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("connection")).toBe("close");
  });

  test("frees the port when it is closed, and still answers who was there", async () => {
    const came = Promise.withResolvers<Callback>();
    const { listener, at } = await listening(came.resolve);
    const page = fetch(at("127.0.0.1"));
    const { answer } = await came.promise;
    listener.close();
    answer(GOOD);
    expect((await page).status).toBe(200);
    await expect(fetch(at("127.0.0.1"))).rejects.toThrow();
    listener.close();
  });

  test("an answer to somebody who left harms nobody", async () => {
    const came = Promise.withResolvers<Callback>();
    const { at } = await listening(came.resolve);
    const leaving = new AbortController();
    const page = fetch(at("127.0.0.1"), { signal: leaving.signal });
    const { answer } = await came.promise;
    leaving.abort();
    await page.catch(() => undefined);
    answer(GOOD);
  });

  test("keeps no process alive", async () => {
    const script = `const { createLoopback } = await import(${JSON.stringify(`${import.meta.dir}/../../src/system/loopback.ts`)});
      await createLoopback().listen(() => {}); console.log("listening");`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("listening\n");
    expect(await child.exited).toBe(0);
  });
});

const realListen: Listen = (server, host, port) =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => resolve((server.address() as { port: number }).port));
  });

/** One request as it is, to its end. */
const raw = (port: number, request: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
