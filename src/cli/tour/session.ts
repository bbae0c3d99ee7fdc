/**
 * Debugs one example program as an editor would, and tells what its user sees: at each stop the source line, the
 * threads, the frames and the `Coroutine` scope. The telling names files by their base name and holds no ids of the
 * machine, so the same session tells the same on every interpreter.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';
import type { Backends } from '../../dap/serve.js';
import { Client } from './client.js';
import { breakpointsOf, filtersOf, type Story } from './story.js';

/** More than an example ever holds. */
const EVERYTHING = 1000;
const MAX_CHAIN = 8;
/** Fields of the scope that are for an editor: a number to ask with, and a place to go to. */
const UNTOLD = new Set(['id', 'createdAt']);

export interface TellOptions {
  readonly backends: Backends;
  readonly folder: string;
  /** The launch setting `python`. */
  readonly python?: string | undefined;
}

/** @returns lines, as they come to be known */
export async function* tell(story: Story, options: TellOptions): AsyncGenerator<string, void, undefined> {
  const program = path.join(options.folder, story.program);
  const source = readFileSync(program, 'utf8');
  const client = new Client(options.backends);
  try {
    const launched = start(client, story, program, source, options);
    let stops = 0;
    let output = '';
    for await (const event of client.events()) {
      if (event.event === 'output') {
        const { category, output: text } = (event as DAP.OutputEvent).body;
        if (category === 'stdout' || category === 'stderr') output += text;
        else if (category === 'important') yield `! ${text.trimEnd()}`;
      } else if (event.event === 'stopped') {
        yield* printed(output);
        output = '';
        yield* tellStop(client, (event as DAP.StoppedEvent).body, story.stops[stops]?.look, source.split('\n'));
        stops += 1;
        await client.request('continue', { threadId: (event as DAP.StoppedEvent).body.threadId });
      } else if (event.event === 'exited') {
        yield* printed(output);
        output = '';
        yield `ended with exit code ${(event as DAP.ExitedEvent).body.exitCode} after ${stops} stops`;
      }
    }
    await launched;
  } finally {
    await client.close();
  }
}

async function start(
  client: Client,
  story: Story,
  program: string,
  source: string,
  { python, folder }: TellOptions,
): Promise<void> {
  await client.request('initialize', { adapterID: 'coroscope', clientName: 'coroscope tour' });
  const launched = client.request('launch', { program, cwd: folder, ...(python === undefined ? {} : { python }) });
  // A launch that fails does so before it can be configured.
  const configure = async (): Promise<void> => {
    await client.request('setBreakpoints', { source: { path: program }, breakpoints: breakpointsOf(story, source) });
    await client.request('setExceptionBreakpoints', { filters: filtersOf(story) });
    await client.request('configurationDone');
  };
  await Promise.all([launched, configure()]);
}

function* printed(output: string): Generator<string> {
  for (const line of output.split('\n').slice(0, -1)) yield `  │ ${line}`;
}

async function* tellStop(
  client: Client,
  stop: DAP.StoppedEvent['body'],
  look: string | undefined,
  source: readonly string[],
): AsyncGenerator<string> {
  const threadId = stop.threadId ?? 0;
  const { stackFrames } = await stackOf(client, threadId);
  const top = stackFrames.find((frame) => frame.presentationHint === undefined) ?? stackFrames[0];
  const { threads } = await client.request<DAP.ThreadsResponse['body']>('threads');
  const reason = stop.text === undefined ? stop.reason : `${stop.reason}: ${stop.text}`;
  yield '';
  yield `● ${reason}${top ? ` at ${place(top)}` : ''}`;
  if (top) yield `  ${String(top.line)} ▸ ${(source[top.line - 1] ?? '').replace(/\s*# @marker .*/, '')}`;
  if (look !== undefined) yield `  look: ${look}`;
  yield '  Threads';
  for (const thread of threads) yield `    ${thread.id === threadId ? '▸' : ' '} ${thread.name}`;
  yield '  Call stack';
  for (const line of frameLines(stackFrames)) yield `      ${line}`;
  const logical = threads.filter((thread) => thread.id >= 1_000_000);
  for (const thread of logical) {
    const chain = await stackOf(client, thread.id);
    yield `  Call stack of ${thread.name}`;
    for (const line of frameLines(chain.stackFrames)) yield `      ${line}`;
  }
  if (top && (await hasCoroutine(client, top))) yield* tellCoroutine(client, top);
  else {
    const thread = logical[0];
    const leaf = thread && (await stackOf(client, thread.id)).stackFrames.find((f) => f.presentationHint === undefined);
    if (leaf) yield* tellCoroutine(client, leaf);
  }
  if (top) yield* tellLocals(client, top);
}

function stackOf(client: Client, threadId: number): Promise<DAP.StackTraceResponse['body']> {
  return client.request('stackTrace', { threadId, startFrame: 0, levels: EVERYTHING });
}

/** Frames of the user's; runs of folded ones as one line. */
function* frameLines(frames: readonly DAP.StackFrame[]): Generator<string> {
  let folded = false;
  let shown = 0;
  for (const frame of frames) {
    if (frame.presentationHint === 'subtle') {
      if (!folded) yield '(frames of the library)';
      folded = true;
      continue;
    }
    folded = false;
    shown += 1;
    if (shown > MAX_CHAIN) {
      yield '…';
      return;
    }
    yield frame.presentationHint === 'label' ? `── ${frame.name}` : `${frame.name} · ${place(frame)}`;
  }
}

function place(frame: DAP.StackFrame): string {
  const name = frame.source?.name ?? '';
  return `${name}:${frame.line}`;
}

async function scopesOf(client: Client, frame: DAP.StackFrame): Promise<DAP.Scope[]> {
  const { scopes } = await client.request<DAP.ScopesResponse['body']>('scopes', { frameId: frame.id });
  return scopes;
}

async function hasCoroutine(client: Client, frame: DAP.StackFrame): Promise<boolean> {
  return (await scopesOf(client, frame)).some((scope) => scope.name === 'Coroutine');
}

async function variablesOf(client: Client, reference: number): Promise<DAP.Variable[]> {
  const { variables } = await client.request<DAP.VariablesResponse['body']>('variables', {
    variablesReference: reference,
  });
  return variables;
}

async function* tellCoroutine(client: Client, frame: DAP.StackFrame): AsyncGenerator<string> {
  const scope = (await scopesOf(client, frame)).find((each) => each.name === 'Coroutine');
  if (scope === undefined) return;
  yield `  Coroutine · ${frame.name}`;
  for (const variable of await variablesOf(client, scope.variablesReference)) {
    if (UNTOLD.has(variable.name)) continue;
    yield `      ${variable.name.padEnd(12)} ${variable.value}`;
    if (variable.name === 'history') {
      // Sequence numbers count every event of the program, also those of other examples' helpers.
      for (const event of (await variablesOf(client, variable.variablesReference)).slice(0, 4)) {
        yield `          ${event.value}`;
      }
    }
  }
}

async function* tellLocals(client: Client, frame: DAP.StackFrame): AsyncGenerator<string> {
  const scope = (await scopesOf(client, frame)).find((each) => each.name === 'Locals');
  if (scope === undefined) return;
  const told = (await variablesOf(client, scope.variablesReference)).filter((each) => isTold(each));
  if (told.length > 0) yield '  Locals';
  for (const variable of told) yield `      ${variable.name} = ${variable.value}`;
}

function isTold({ name, presentationHint, type, value }: DAP.Variable): boolean {
  if (presentationHint?.kind === 'virtual') return false;
  if (name.startsWith('__') || value.startsWith('<class ') || value.startsWith('<module ')) return false;
  return type !== 'function' && !value.startsWith('<function ');
}
