/**
 * The records of a workspace's files: read when one is asked for, or all of them, a few at a time, when somebody wants
 * to know who awaits something. Never everything in memory: of a file that neither suspends nor starts anything only
 * that is kept.
 */
import { readFileSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Documents, type Edit } from './documents.js';
import { edgesOf, type Edge } from './edges.js';
import { Evaluator } from './evaluate.js';
import { extract } from './extract.js';
import { Modules } from './modules.js';
import type { FileRecord } from './records.js';
import type { Parse, Tree } from './syntaxTree.js';
import type { ScopeReference } from './things.js';

/** Above it a file is data or generated; reading it would cost more than it tells. */
const MAX_FILE_BYTES = 1_000_000;
/** Records of files without edges that are kept because somebody asked for them. */
const MAX_ASIDE = 200;
/** No edge can come from a text without one of these: it is not even parsed when the workspace is read. */
const MAY_HAVE_EDGES =
  /\b(await|async|yield)\b|\b(run|start|create_task|run_until_complete|run_coroutine_threadsafe|ensure_future|gather|start_soon|Task)\s*\(/;

export interface IndexState {
  readonly files: number;
  readonly examined: number;
  /** Files that could not be read or are too large. */
  readonly skipped: number;
  readonly isComplete: boolean;
}

export class WorkspaceIndex {
  readonly modules = new Modules();
  readonly evaluator: Evaluator;
  readonly #parse: Parse;
  readonly #documents: Documents;
  /** Files that have edges. */
  readonly #records = new Map<string, FileRecord>();
  /** Files that have none, while they are of use; the oldest goes first. */
  readonly #aside = new Map<string, FileRecord>();
  readonly #examined = new Set<string>();
  readonly #skipped = new Set<string>();
  readonly #edges = new Map<string, readonly Edge[]>();

  constructor(parse: Parse) {
    this.#parse = parse;
    this.#documents = new Documents(parse);
    this.evaluator = new Evaluator(this);
  }

  get state(): IndexState {
    const files = this.modules.files.size;
    const examined = this.#examined.size;
    return { files, examined, skipped: this.#skipped.size, isComplete: examined === files };
  }

  /** The files of the workspace, which need not be all there are. Those open in the editor belong to it in any case. */
  setFiles(folders: readonly string[], files: readonly string[]): void {
    this.modules.roots = folders;
    const listed = new Set(files);
    for (const file of [...this.modules.files]) if (!listed.has(file)) this.removed(file);
    for (const file of listed) this.modules.add(file);
    this.#edges.clear();
  }

  open(path: string, text: string): void {
    this.modules.add(path);
    this.#documents.open(path, text);
    this.#changed(path);
  }

  change(path: string, edits: readonly Edit[]): void {
    this.#documents.change(path, edits);
    this.#changed(path);
  }

  /** What is on the disk counts again. */
  close(path: string): void {
    this.#documents.close(path);
    this.#changed(path);
  }

  /** A file was written by somebody; one that is not of the workspace is nothing to us. */
  written(path: string): void {
    if (this.modules.files.has(path)) this.#changed(path);
  }

  removed(path: string): void {
    if (this.#documents.has(path)) return;
    this.modules.remove(path);
    this.#changed(path);
  }

  /** The syntax tree of a file that is open in the editor. */
  tree(path: string): Tree | undefined {
    return this.#documents.tree(path);
  }

  record(path: string): FileRecord | undefined {
    if (this.#documents.has(path)) return this.#documents.record(path);
    const known = this.#records.get(path) ?? this.#aside.get(path);
    if (known || this.#skipped.has(path) || !this.modules.files.has(path)) return known;
    const text = this.#read(path);
    return text === undefined ? undefined : this.#keep(path, text);
  }

  edges(of: ScopeReference): readonly Edge[] {
    const key = `${of.path}#${of.scope}`;
    const known = this.#edges.get(key);
    if (known) return known;
    const record = this.record(of.path);
    const edges = record ? edgesOf(of, record, this.evaluator) : [];
    this.#edges.set(key, edges);
    return edges;
  }

  /** The examined files that mention one of these names (undefined: all), those open in the editor included. */
  *mentioning(names: ReadonlySet<string> | undefined): Generator<[path: string, record: FileRecord], void, undefined> {
    for (const path of this.modules.files) {
      const record = this.#documents.record(path) ?? this.#records.get(path);
      const isMeant = record && (!names || [...names].some((name) => record.mentions.has(name)));
      if (isMeant) yield [path, record];
    }
  }

  /**
   * Examines every file that is not yet. Between two files other requests get their turn; `signal` ends it, and what was
   * read until then is kept.
   */
  async examineAll(signal: AbortSignal, progress: (state: IndexState) => void): Promise<void> {
    let before = performance.now();
    for (const path of [...this.modules.files]) {
      if (signal.aborted) return;
      if (this.#examined.has(path)) continue;
      this.#examine(path);
      // A turn of the event loop after every file that took time, not after thousands that took none.
      if (performance.now() - before < 10) continue;
      progress(this.state);
      await setImmediate();
      before = performance.now();
    }
  }

  #examine(path: string): void {
    if (!this.#documents.has(path) && !this.#records.has(path)) {
      const text = this.#read(path);
      if (text !== undefined && MAY_HAVE_EDGES.test(text)) this.#keep(path, text);
    }
    this.#examined.add(path);
  }

  #keep(path: string, text: string): FileRecord {
    const tree = this.#parse(text);
    const record = extract(tree);
    tree.delete();
    if (record.points.length > 0 || record.starts.length > 0) {
      this.#records.set(path, record);
      return record;
    }
    this.#aside.set(path, record);
    const [oldest] = this.#aside.keys();
    if (this.#aside.size > MAX_ASIDE && oldest !== undefined) this.#aside.delete(oldest);
    return record;
  }

  #read(path: string): string | undefined {
    try {
      if (statSync(path).size <= MAX_FILE_BYTES) return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
    } catch {
      // Removed meanwhile, or not ours to read: counted like the large ones.
    }
    this.#skipped.add(path);
    return undefined;
  }

  #changed(path: string): void {
    this.#records.delete(path);
    this.#aside.delete(path);
    this.#examined.delete(path);
    this.#skipped.delete(path);
    // An edge may lead anywhere: those of every file are looked for again, when somebody asks.
    this.#edges.clear();
  }
}
