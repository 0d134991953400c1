/** The check behind the page of the public log: everything that readLog checks, then the hash tiles; what is broken is named by its place. It keeps nothing. */

import { refuseBroken, type SeenCheckpoint } from "../checkpoints.js";
import { areBytesEqual, type Bytes, encodeBase64url, joinBytes } from "../encoding.js";
import { ClientError } from "../errors.js";
import {
  computeLeafHash,
  computeRoot,
  encodeBundlePath,
  type LogSource,
  type LogView,
  type Progress,
  parseBundle,
  readLog,
} from "../public_log.js";

const WIDTH = 256;
const HASH_LENGTH = 32;
/** What is done once for every 256 entries: fetching them, checking their signatures, comparing their hash tile. */
const ROUNDS = 3;

/** Gives the log as it is when all of it holds; the error's evidence says otherwise what was broken, and where. */
export async function checkLog(
  source: LogSource,
  seen: SeenCheckpoint | null,
  progress: Progress = () => undefined,
): Promise<LogView> {
  const fetched = new FetchedFiles(source, progress);
  try {
    const view = await readLog(fetched.source, seen, () => fetched.tell(1));
    await checkTiles(fetched, view);
    return view;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw await locate(error, fetched);
  }
}

/** Keeps what was fetched, so that nothing is asked for twice and each check sees the same bytes. */
class FetchedFiles {
  readonly source: LogSource;
  readonly #files = new Map<string, Bytes | null>();
  readonly #progress: Progress;
  #done = 0;

  constructor(source: LogSource, progress: Progress) {
    this.source = { ...source, getFile: async (path) => this.#remember(path, await source.getFile(path)) };
    this.#progress = progress;
  }

  /** The note of the newest checkpoint. */
  get note(): string {
    return new TextDecoder().decode(this.#files.get("checkpoint") ?? new Uint8Array(0));
  }

  /** What the newest checkpoint promises, believed or not. */
  get promise(): { size: number; root: string } {
    const [, size = "", root = ""] = this.note.split("\n");
    return { size: Number(size) || 0, root };
  }

  /** The first bundle that the newest checkpoint promises and that is not there, neither partial nor full. */
  findMissing(): string | null {
    const { size } = this.promise;
    for (let number = 0; number * WIDTH < size; number++) {
      const path = encodeBundlePath(number, Math.min(WIDTH, size - number * WIDTH));
      const [exact, full] = [this.#files.get(path), this.#files.get(encodeBundlePath(number, WIDTH))];
      if (exact === null && full === null) return path;
      // What was not asked for cannot be known to be missing.
      if (!exact && !full) return null;
    }
    return null;
  }

  /** The leaves as they came; fewer than promised when bundles are short. */
  listLeaves(size: number): Bytes[] {
    return listWidths(size).flatMap((width, number) => {
      const exact = this.#files.get(encodeBundlePath(number, width));
      return parseBundle(
        exact ?? this.#files.get(encodeBundlePath(number, WIDTH)) ?? new Uint8Array(0),
      ).slice(0, width);
    });
  }

  /** A tile's first `width` hashes, from the full tile where the partial one is gone; null when there is neither. */
  async fetchTile(
    level: number,
    number: number,
    width: number,
  ): Promise<{ path: string; hashes: Bytes | null }> {
    const path = encodeTilePath(level, number, width);
    const exact = await this.source.getFile(path);
    const file = exact ?? (await this.source.getFile(encodeTilePath(level, number, WIDTH)));
    const isWhole = file?.length === (exact ? width : WIDTH) * HASH_LENGTH;
    this.tell(1);
    return { path, hashes: file && isWhole ? file.slice(0, width * HASH_LENGTH) : null };
  }

  tell(bundles: number): void {
    const of = ROUNDS * Math.max(1, Math.ceil(this.promise.size / WIDTH));
    this.#done += bundles;
    this.#progress(Math.min(this.#done, of), of);
  }

  #remember(path: string, file: Bytes | null): Bytes | null {
    this.#files.set(path, file);
    if (path === "checkpoint") this.#done = 0;
    if (path.startsWith("tile/entries/") && file) this.tell(1);
    return file;
  }
}

/** Compares every hash tile of every level with the entries, whose root the log signed. */
async function checkTiles(fetched: FetchedFiles, view: LogView): Promise<void> {
  let hashes = await Promise.all(fetched.listLeaves(view.size).map(computeLeafHash));
  for (let level = 0; hashes.length > 0; level++) {
    const above: Bytes[] = [];
    for (const [number, width] of listWidths(hashes.length).entries()) {
      const own = hashes.slice(number * WIDTH, number * WIDTH + width);
      const tile = await fetched.fetchTile(level, number, width);
      if (!tile.hashes || !areBytesEqual(tile.hashes, joinBytes(...own)))
        throw refuseBroken("tile", { file: tile.path });
      if (width === WIDTH) above.push(await computeRoot(own));
    }
    hashes = above;
  }
}

/** Finds the place of what a check could only say to be somewhere. */
async function locate(error: ClientError, fetched: FetchedFiles): Promise<ClientError> {
  const { code, evidence } = error;
  const missing = code === "log-unreachable" ? fetched.findMissing() : null;
  if (missing) return refuseBroken("bundle", { file: missing, checkpoint: fetched.note });
  if (code !== "log-not-valid") return error;
  const found = evidence?.broken === "root" ? await findChangedEntry(fetched) : null;
  return new ClientError(code, { checkpoint: fetched.note, ...evidence, ...found });
}

/** Where the hash tiles have the root that the log signed, the first entry that differs from them is the changed one. */
async function findChangedEntry(fetched: FetchedFiles): Promise<{ broken: string; entry: number } | null> {
  const { size, root } = fetched.promise;
  const hashes: Bytes[] = [];
  for (const [number, width] of listWidths(size).entries()) {
    const tile = (await fetched.fetchTile(0, number, width)).hashes;
    if (!tile) return null;
    for (let place = 0; place < width; place++)
      hashes.push(tile.slice(place * HASH_LENGTH, (place + 1) * HASH_LENGTH));
  }
  const signed = root.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  if (encodeBase64url(await computeRoot(hashes)) !== signed) return null;
  const own = await Promise.all(fetched.listLeaves(size).map(computeLeafHash));
  const entry = hashes.findIndex((hash, index) => !areBytesEqual(hash, own[index] ?? new Uint8Array(0)));
  return entry < 0 ? null : { broken: "changed", entry };
}

/** The widths of the tiles over so many leaves or hashes: all full but perhaps the last. */
function listWidths(count: number): number[] {
  return Array.from({ length: Math.ceil(count / WIDTH) }, (_, number) =>
    Math.min(WIDTH, count - number * WIDTH),
  );
}

function encodeTilePath(level: number, number: number, width: number): string {
  return encodeBundlePath(number, width).replace("entries", String(level));
}
