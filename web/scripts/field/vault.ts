/**
 * What the phone keeps, sealed: each account has a key of its own that the browser lets nobody read out, and
 * everything about people is stored under it. See docs/decisions/0010-work-without-signal.md for what that holds
 * against and what not.
 */

const NAME = "lianxin-field";
const KEYS = "keys";
const BOXES = "boxes";
const ENTRIES = "entries";

interface Sealed {
  account: string;
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

/** An entry as it lies in the store: its place in the order, and what it holds. */
export interface Kept<T> {
  at: number;
  value: T;
  files: Blob[];
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Waits until what was written is on the disk, not only in memory. */
function settled(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(KEYS);
    request.result.createObjectStore(BOXES);
    request.result.createObjectStore(ENTRIES, { autoIncrement: true });
  };
  return done(request);
}

/** What one account keeps on this phone. */
export class Vault {
  private constructor(private db: IDBDatabase, private key: CryptoKey, readonly account: string) {}

  /** The account that used this phone last, if any did. */
  static async last(): Promise<Vault | undefined> {
    const db = await open();
    const account = await done<string | undefined>(db.transaction(KEYS).objectStore(KEYS).get("last"));
    const key = account && await done<CryptoKey | undefined>(db.transaction(KEYS).objectStore(KEYS).get(account));
    return account && key ? new Vault(db, key, account) : undefined;
  }

  /** This account's; its key is made the first time. */
  static async of(account: string): Promise<Vault> {
    const db = await open();
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const writing = db.transaction(KEYS, "readwrite", { durability: "strict" });
    const store = writing.objectStore(KEYS);
    const known = await done<CryptoKey | undefined>(store.get(account));
    if (!known) store.put(fresh, account);
    store.put(account, "last");
    await settled(writing);
    return new Vault(db, known ?? fresh, account);
  }

  /** Takes everything off this phone, other accounts' as well. */
  static async clear(): Promise<void> {
    const db = await open();
    const writing = db.transaction([KEYS, BOXES, ENTRIES], "readwrite");
    for (const store of [KEYS, BOXES, ENTRIES]) writing.objectStore(store).clear();
    await settled(writing);
  }

  /** Puts `value` away under a name, in place of what was there. */
  async put(name: string, value: unknown): Promise<void> {
    const sealed = await this.seal(await pack(value, []));
    const writing = this.db.transaction(BOXES, "readwrite", { durability: "strict" });
    writing.objectStore(BOXES).put(sealed, `${this.account}/${name}`);
    await settled(writing);
  }

  /** What was put away under a name. */
  async get<T>(name: string): Promise<T | undefined> {
    const sealed = await done<Sealed | undefined>(this.db.transaction(BOXES).objectStore(BOXES).get(`${this.account}/${name}`));
    return sealed && (await this.unseal<T>(sealed)).value;
  }

  /** Forgets what was put away under a name. */
  async drop(name: string): Promise<void> {
    const writing = this.db.transaction(BOXES, "readwrite");
    writing.objectStore(BOXES).delete(`${this.account}/${name}`);
    await settled(writing);
  }

  /** Appends an entry, or replaces the one at `at`; on the disk when this returns. */
  async keep(value: unknown, files: Blob[], at?: number): Promise<void> {
    const sealed = await this.seal(await pack(value, files));
    const writing = this.db.transaction(ENTRIES, "readwrite", { durability: "strict" });
    writing.objectStore(ENTRIES).put(sealed, at);
    await settled(writing);
  }

  /** Takes an entry out. */
  async remove(at: number): Promise<void> {
    const writing = this.db.transaction(ENTRIES, "readwrite", { durability: "strict" });
    writing.objectStore(ENTRIES).delete(at);
    await settled(writing);
  }

  /** This account's entries in the order they were made. */
  async entries<T>(): Promise<Kept<T>[]> {
    const reading = this.db.transaction(ENTRIES).objectStore(ENTRIES);
    const [places, sealed] = await Promise.all([done(reading.getAllKeys()), done<Sealed[]>(reading.getAll())]);
    const mine = sealed.map((one, index) => ({ one, at: places[index] as number })).filter(({ one }) => one.account === this.account);
    return Promise.all(mine.map(async ({ one, at }) => ({ at, ...(await this.unseal<T>(one)) })));
  }

  /** How many entries other accounts have left here. */
  async others(): Promise<number> {
    const all = await done<Sealed[]>(this.db.transaction(ENTRIES).objectStore(ENTRIES).getAll());
    return all.filter((one) => one.account !== this.account).length;
  }

  private async seal(plain: ArrayBuffer): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, plain);
    return { account: this.account, iv, data };
  }

  private async unseal<T>({ iv, data }: Sealed): Promise<{ value: T; files: Blob[] }> {
    return unpack<T>(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.key, data));
  }
}

/** A value and files in one run of bytes: the head's length, the head as JSON, then each file. */
async function pack(value: unknown, files: Blob[]): Promise<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify({ value, files: files.map(({ size, type }) => ({ size, type })) }));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, head.length);
  return new Blob([length, head, ...files]).arrayBuffer();
}

function unpack<T>(bytes: ArrayBuffer): { value: T; files: Blob[] } {
  const length = new DataView(bytes).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(bytes.slice(4, 4 + length))) as { value: T; files: { size: number; type: string }[] };
  let from = 4 + length;
  const files = head.files.map(({ size, type }) => new Blob([bytes.slice(from, from += size)], { type }));
  return { value: head.value, files };
}
