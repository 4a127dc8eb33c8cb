import { expect, test } from "bun:test";
import { faultOfUrl } from "../../src/config/url";

const GOOD = [
  "https://example.test",
  "https://example.test/some/path/",
  "http://localhost:1234",
  "http://127.0.0.1:1/token",
  "http://[::1]:8080",
];

const BAD = [
  "http://example.test",
  "http://localhost.example.test",
  "http://127.0.0.1.example.test",
  "http://127.0.0.1@example.test",
  "https://googleapis.com:pw@example.test",
  "https://example.test/?key=1",
  "https://example.test/#a",
  "file:///etc/passwd",
  "example.test",
  "",
  7,
  null,
];

for (const url of GOOD) test(`${url} may receive credentials`, () => expect(faultOfUrl(url)).toBeUndefined());

for (const url of BAD) {
  test(`${JSON.stringify(url)} may not, and the reason does not quote it`, () => {
    const fault = faultOfUrl(url);
    expect(fault).toBeString();
    if (typeof url === "string" && url !== "") expect(fault).not.toContain(url);
  });
}
