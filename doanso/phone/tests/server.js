// The server's side of docs/sync.md, in memory, with the faults of a real network at hand.

import { createHash, createHmac, webcrypto } from "node:crypto";

const sha = (text) => createHash("sha256").update(text).digest("hex");
const answer = (status, body, headers = {}) =>
  new Response(status === 304 ? null : JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });

export class Server {
  constructor() {
    this.token = "";
    this.tokens = 0;
    /** What was committed: "id:hash" -> {seq, state, payload}; never taken out. */
    this.records = new Map();
    this.photos = new Map();
    this.batches = [];
    this.calls = [];
    this.seq = 4710;
    this.refusal = null;
    this.pack = { etag: '"1"', body: null };
    /** What goes wrong next, one entry per request: "" | "lost-request" | "lost-answer" | "503" | "wrong-mac" | "damaged" | "liar" | "portal" | "stuck" | "stuck-after" */
    this.faults = [];
    this.clockAhead = 0;
    /** Decides the state of a record; null: applied. */
    this.judge = () => null;
  }

  now() {
    return new Date(Date.now() + this.clockAhead).toISOString();
  }

  get key() {
    return Buffer.from(sha(`acknowledge:${this.token}`), "hex");
  }

  async fetch(path, { method = "GET", headers = {}, body, credentials } = {}) {
    this.calls.push({ path, method, headers, credentials, body });
    const fault = this.faults.shift() || "";
    if (fault === "lost-request") throw new TypeError("Failed to fetch");
    if (fault === "503") return answer(503, { code: "try_later", message: "" });
    if (fault === "portal") return new Response("<html>Wi-Fi</html>", { status: 200 });
    // The tab dies while it waits; whether the server still heard it is the other fault's matter.
    if (fault === "stuck") return new Promise(() => {});
    await this.during?.();
    const made = await this.route(path, method, headers, body, fault);
    if (fault === "lost-answer") throw new TypeError("Failed to fetch");
    if (fault === "stuck-after") return new Promise(() => {});
    return made;
  }

  async route(path, method, headers, body, fault) {
    if (path === "/api/v1/devices") return this.register(JSON.parse(body), headers);
    if (this.refusal) return answer(this.refusal.status, this.refusal.body);
    if (headers.Authorization !== `Bearer ${this.token}`) return answer(401, { code: "device_unknown", message: "" });
    if (path === "/api/v1/sync") return this.sync(body, fault);
    if (path === "/api/v1/sync/sealed") return this.sealed(body, fault);
    if (path.startsWith("/api/v1/sync/records")) return this.decisions(path);
    if (path === "/api/v1/pack") return this.packFor(headers);
    if (path.startsWith("/api/v1/doors/")) return answer(200, { doors: this.doors(path, JSON.parse(body)) });
    if (path.startsWith("/api/v1/stands/")) return this.desk ? answer(200, this.desk) : answer(404, { code: "not_found", message: "" });
    if (path.startsWith("/api/v1/photos")) return this.photo(path, method, headers, body);
    return answer(404, { code: "not_found", message: "" });
  }

  async register({ id, name, password }, headers) {
    if (headers["X-CSRFToken"] !== "csrf") return answer(403, { code: "csrf", message: "" });
    if (password !== "mật khẩu") return answer(422, { code: "password_wrong", message: "", field: "password" });
    if (this.revoked === id) return answer(403, { code: "device_revoked", message: "", wipe: true });
    if (this.taken === id) return answer(422, { code: "device_taken", message: "" });
    this.tokens += 1;
    this.token = `${this.tokens}`.padEnd(43, "t");
    this.refusal = null;
    this.device = { id, name };
    this.pair =
      this.pair || (await webcrypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]));
    const { x, y } = await webcrypto.subtle.exportKey("jwk", this.pair.publicKey);
    const lease = "2023-11-19T08:00:00Z";
    return answer(201, {
      device: id,
      token: this.token,
      acknowledgement_key: this.key.toString("hex"),
      backup_key: { id: "k1", x, y },
      lease_until: lease,
    });
  }

  sync(body, fault) {
    const size = Buffer.byteLength(body);
    const { records, sent_at: sentAt } = JSON.parse(body);
    this.batches.push({ ids: records.map((record) => record.id), size, sentAt });
    if (records.length > 100 || size > 512 * 1024) return answer(413, { code: "batch_too_large", message: "" });
    if (records.some((record) => this.poison?.(record)))
      return answer(422, { code: "poison", message: "Không đọc được" });
    const acks = [];
    const again = [];
    for (const [place, { id, hash, payload }] of records.entries()) {
      if (sha(payload) !== hash || (fault === "damaged" && place % 2 === 0)) {
        again.push({ id, code: "damaged", message: "Hỏng trên đường" });
        continue;
      }
      const key = `${id}:${hash}`;
      if (fault === "liar") {
        // Somebody who is not our server says that it has everything.
        acks.push({ id, hash, seq: 1, mac: sha(key), state: "applied", problem: null, known: false });
        continue;
      }
      const known = this.records.has(key);
      if (!known) this.keep(id, hash, payload);
      const { seq, state, problem } = this.records.get(key);
      const mac = createHmac("sha256", fault === "wrong-mac" ? "somebody else" : this.key)
        .update(`${id}:${hash}:${seq}`)
        .digest("hex");
      acks.push({ id, hash, seq, mac, state, problem, known });
    }
    return answer(200, { now: this.now(), lease_until: "2023-11-19T09:00:00Z", acks, again });
  }

  async sealed(body, fault) {
    const { records, key, sent_at } = JSON.parse(body);
    if (key !== "k1")
      return answer(200, {
        now: this.now(),
        lease_until: "",
        acks: [],
        again: records.map(({ id }) => ({ id, code: "damaged", message: "" })),
      });
    const opened = await this.openBackup(JSON.stringify({ records }));
    if (records.some(({ hash }, place) => hash !== opened[place].hash)) throw new Error("another hash");
    return this.sync(JSON.stringify({ sent_at, records: opened }), fault);
  }

  keep(id, hash, payload) {
    const { base } = JSON.parse(payload);
    const others = [...this.records.entries()].filter(([key]) => key.startsWith(`${id}:`)).map(([, row]) => row);
    const standing = others.find((row) => row.state === "applied");
    let state = "applied";
    if (standing && standing.hash === base) standing.state = "superseded";
    else if (others.length && !others.some((row) => row.hash === base)) state = "waiting";
    const judged = this.judge(JSON.parse(payload));
    this.records.set(`${id}:${hash}`, {
      id,
      hash,
      seq: ++this.seq,
      state: judged?.state || state,
      problem: judged?.problem || null,
      payload,
    });
  }

  decisions(path) {
    const after = Number(new URL(path, "http://x").searchParams.get("after"));
    const rows = [...this.records.values()].filter((row) => row.seq > after).sort((one, other) => one.seq - other.seq);
    const records = rows.slice(0, 200).map(({ id, hash, seq, state, problem }) => ({ id, hash, seq, state, problem }));
    return answer(200, { records, more: rows.length > 200 });
  }

  packFor(headers) {
    if (headers["If-None-Match"] === this.pack.etag) return answer(304, null);
    return answer(200, { ...this.pack.body, now: this.now() }, { ETag: this.pack.etag });
  }

  doors(path, { doors }) {
    if (path.endsWith("/return"))
      this.pack.body.doors = this.pack.body.doors.filter((door) => !doors.includes(door.id));
    this.pack.etag = `"${Number(JSON.parse(this.pack.etag)) + 1}"`;
    return this.pack.body.doors;
  }

  photo(path, method, headers, body) {
    const id = path.split("/")[4];
    if (method === "POST") {
      const announced = JSON.parse(body);
      if (!this.photos.has(announced.id)) this.photos.set(announced.id, { ...announced, pieces: Buffer.alloc(0) });
      return this.photoState(announced.id);
    }
    const photo = this.photos.get(id);
    if (!photo) return answer(404, { code: "not_found", message: "" });
    if (method === "PATCH") {
      if (Number(headers["Upload-Offset"]) !== photo.pieces.length) return answer(409, { code: "offset", message: "" });
      if (body.length > 256 * 1024) return answer(413, { code: "piece_too_large", message: "" });
      photo.pieces = Buffer.concat([photo.pieces, body]);
    }
    return this.photoState(id);
  }

  photoState(id) {
    const photo = this.photos.get(id);
    const done = photo.pieces.length === photo.size;
    if (done && sha(photo.pieces) !== photo.hash) return answer(422, { code: "photo_damaged", message: "" });
    return answer(200, { offset: photo.pieces.length, done });
  }

  /** What an officer's page would find in a backup file. */
  async openBackup(text) {
    const { records } = JSON.parse(text);
    const { subtle } = webcrypto;
    const bytes = (coded) => Buffer.from(coded, "base64url");
    return Promise.all(
      records.map(async ({ id, point, sealed }) => {
        const own = await subtle.importKey("raw", bytes(point), { name: "ECDH", namedCurve: "P-256" }, false, []);
        const shared = await subtle.deriveBits({ name: "ECDH", public: own }, this.pair.privateKey, 256);
        const base = await subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
        const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: Buffer.from("doanso backup") };
        const raw = await subtle.deriveBits(how, base, 256);
        const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
        const plain = await subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, bytes(sealed));
        const inside = JSON.parse(Buffer.from(plain).toString());
        if (inside.id !== id || sha(inside.payload) !== inside.hash) throw new Error("not what its label says");
        return inside;
      }),
    );
  }

  /** An officer hands the file in. */
  async deliver(text) {
    for (const { id, hash, payload } of await this.openBackup(text)) {
      if (!this.records.has(`${id}:${hash}`)) this.keep(id, hash, payload);
    }
  }
}
