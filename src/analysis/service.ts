/** The request table of the analysis. One line a request. */
import { Chains } from './chains.js';
import type { ChainNode, Hover, Outline, Parameters, Reply, RequestName } from './requests.js';
import { functionAround, subjectAt } from './subject.js';
import type { Parse } from './syntaxTree.js';
import { WorkspaceIndex, type IndexState } from './workspaceIndex.js';

/** A hover is read at a glance; the view has the rest. */
const HOVER_DEPTH = 8;
const HOVER_NODES = 24;
const HOVER_CALLERS = 8;

type Handlers = { [N in RequestName]: (parameters: Parameters<N>) => Reply<N> | Promise<Reply<N>> };

export class AnalysisService {
  readonly #index: WorkspaceIndex;
  readonly #chains: Chains;
  readonly #progress: (state: IndexState) => void;
  #examining = new AbortController();

  readonly #handlers: Handlers = {
    files: silent(({ folders, files }) => {
      this.#index.setFiles(folders, files);
    }),
    open: silent(({ path, text }) => {
      this.#index.open(path, text);
    }),
    change: silent(({ path, edits }) => {
      this.#index.change(path, edits);
    }),
    close: silent(({ path }) => {
      this.#index.close(path);
    }),
    written: silent(({ path }) => {
      this.#index.written(path);
    }),
    removed: silent(({ path }) => {
      this.#index.removed(path);
    }),
    outline: ({ path }) => this.#outline(path),
    subject: (at) => this.#subject(at),
    children: ({ node, direction }) => this.#chains.children(node, direction),
    hover: (at) => this.#hover(at),
    examine: () => this.#examine(),
    cancelExamining: silent(() => {
      this.#examining.abort();
    }),
  };

  constructor(parse: Parse, progress: (state: IndexState) => void) {
    this.#index = new WorkspaceIndex(parse);
    this.#chains = new Chains(this.#index);
    this.#progress = progress;
  }

  async handle<N extends RequestName>(name: N, parameters: Parameters<N>): Promise<Reply<N>> {
    return await this.#handlers[name](parameters);
  }

  #outline(path: string): Outline {
    const record = this.#index.record(path);
    const points = (record?.points ?? []).map(({ kind, range, operands, scope }) => {
      const { kind: scopeKind, qualname = '', functionKind = 'plain' } = record?.scopes[scope] ?? {};
      const text = operands.map((operand) => operand.text).join(', ');
      return { kind, range, text, within: scopeKind === 'module' ? '' : qualname, functionKind } as const;
    });
    return { points, hasErrors: record?.hasErrors ?? false };
  }

  #subject(at: Parameters<'subject'>): ChainNode | null {
    const record = this.#index.record(at.path);
    const subject = subjectAt(this.#index, at) ?? (record && functionAround(record, at));
    return (subject && this.#chains.root(subject.anchor)) ?? null;
  }

  #hover(at: Parameters<'hover'>): Hover | null {
    const subject = subjectAt(this.#index, at);
    const root = subject && this.#chains.root(subject.anchor);
    if (!root) return null;
    const { isComplete } = this.#index.state;
    const awaits = this.#chains.tree(root, 'awaits', HOVER_DEPTH, HOVER_NODES);
    const awaitedBy = isComplete ? this.#chains.tree(root, 'awaited by', 1, HOVER_CALLERS) : undefined;
    return { range: subject.range, subject: root, awaits, awaitedBy };
  }

  async #examine(): Promise<IndexState> {
    this.#examining = new AbortController();
    await this.#index.examineAll(this.#examining.signal, this.#progress);
    return this.#index.state;
  }
}

/** A handler that has nothing to tell. */
function silent<P>(work: (parameters: P) => void): (parameters: P) => null {
  return (parameters) => {
    work(parameters);
    return null;
  };
}
