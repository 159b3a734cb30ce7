// grammY for the comparisons of delivery.py and limits.py, which call this file; it has no other use.
//
// node grammy.mjs FOLDER send URL READERS CONCURRENCY           prints {"seconds", "cpu"}
// node grammy.mjs FOLDER limits SECONDS RTT WORKERS [AT,LIMIT]...  prints {"taken", "refused", "inside"}
//
// FOLDER has grammY's packages. `limits` runs on node's own simulated clock against the same rules as
// tests/chat/server.py: so many messages in any one second; one more is refused and closes for three seconds.

import { createRequire } from "node:module";
import path from "node:path";
import { mock } from "node:test";

const [folder, what, ...rest] = process.argv.slice(2);
const load = createRequire(path.join(folder, "package.json"));
const TOKEN = "1:sandbox";
const CLOSED_FOR = 3000;

async function send(url, readers, concurrency) {
  const { Api } = load("grammy");
  const api = new Api(TOKEN, { apiRoot: url });
  const other = {
    parse_mode: "HTML",
    disable_notification: false,
    reply_markup: { inline_keyboard: [[{ text: "Read", callback_data: "r:a1" }]] },
  };
  let next = 1;
  const work = async () => {
    while (next <= readers) await api.sendMessage(next++, "New message. Please read it soon.", other);
  };
  const begun = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, work));
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6 };
}

class Server {
  constructor(limit, rtt) {
    Object.assign(this, { limit, rtt, last: [], closedUntil: 0, toldUntil: 0, taken: 0, refused: 0, inside: 0 });
  }

  async take() {
    if (Date.now() < this.toldUntil) this.inside += 1;
    await sleep(this.rtt / 2);
    const until = this.decide(Date.now());
    await sleep(this.rtt / 2);
    if (!until) return { ok: true };
    this.toldUntil = Math.max(this.toldUntil, until);
    const wait = Math.max(1, Math.ceil((until - Date.now()) / 1000));
    return { ok: false, error_code: 429, parameters: { retry_after: wait } };
  }

  decide(at) {
    if (at >= this.closedUntil) {
      while (this.last.length && at - this.last[0] >= 1000) this.last.shift();
      if (this.last.length < this.limit) {
        this.last.push(at);
        this.taken += 1;
        return 0;
      }
      this.closedUntil = at + CLOSED_FOR;
    }
    this.refused += 1;
    return this.closedUntil;
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

async function limits(seconds, rtt, workers, moves) {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_800_000_000_000 });
  const { apiThrottler } = load("@grammyjs/transformer-throttler");
  const rate = moves[0][1];
  // its defaults, with the server's limit in the place of 30
  const global = { reservoir: rate, reservoirRefreshAmount: rate, reservoirRefreshInterval: 1000 };
  const throttle = apiThrottler({ global });
  const server = new Server(rate, rtt * 1000);
  const end = Date.now() + seconds * 1000;
  for (const [at, limit] of moves.slice(1)) setTimeout(() => (server.limit = limit), at * 1000);
  let chats = 0;
  const work = async () => {
    while (Date.now() < end) {
      const payload = { chat_id: ++chats };
      for (;;) {
        const answer = await throttle(() => server.take(), "sendMessage", payload);
        if (answer.ok || Date.now() >= end) break;
        await sleep(answer.parameters.retry_after * 1000);
      }
    }
  };
  for (let each = 0; each < workers; each++) work();
  await othersTurn();
  while (Date.now() < end) {
    mock.timers.tick(1);
    await othersTurn();
  }
  return { taken: server.taken, refused: server.refused, inside: server.inside };
}

const numbers = rest.map((each) => each.split(",").map(Number));
const result =
  what === "send"
    ? await send(rest[0], ...numbers.slice(1).flat())
    : await limits(...numbers.slice(0, 3).flat(), numbers.slice(3));
process.stdout.write(JSON.stringify(result) + "\n", () => process.exit(0));
