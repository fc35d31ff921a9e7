/** Requests to the server that delivered the page, JSON both ways; for the page and for its worker. */
import { parseVisible } from "./visible_text.js";

const TIMEOUT_MS = 15_000;

/** A request that did not bring what was asked for. `kind`: `unreachable`, `unauthorised`, `missing` or `refused`. */
export class RequestFailed extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

function failure(status, body) {
  const said = body && typeof body.error === "string" ? body.error : "";
  if (status === 401) return new RequestFailed("unauthorised", said || `HTTP ${status}`);
  if (status === 404) return new RequestFailed("missing", said || "not there");
  return new RequestFailed("refused", said || `HTTP ${status}`);
}

/** Asks; gives `{unchanged, data, etag, date}`, `date` being the server's clock. Throws `RequestFailed` only. */
export async function ask(url, { token, method = "GET", body, etag }) {
  const headers = { "X-Console-Token": token, Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-None-Match"] = etag;
  let answer;
  let text;
  try {
    answer = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = answer.status === 304 ? "" : await answer.text();
  } catch (error) {
    const slow = error instanceof DOMException && error.name === "TimeoutError";
    throw new RequestFailed("unreachable", slow ? `no answer within ${TIMEOUT_MS / 1000} s` : "no connection");
  }
  const date = answer.headers.get("Date");
  if (answer.status === 304) return { unchanged: true, data: null, etag, date };
  let data = null;
  try {
    data = text === "" ? null : parseVisible(text);
  } catch {
    if (answer.ok) throw new RequestFailed("refused", "the answer is not JSON");
  }
  if (!answer.ok) throw failure(answer.status, data);
  return { unchanged: false, data, etag: answer.headers.get("ETag"), date };
}
