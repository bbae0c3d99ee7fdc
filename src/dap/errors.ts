/**
 * The catalogue of what can go wrong between the client and the adapter, and the one place where an error of any kind
 * becomes an answer of the Debug Adapter Protocol.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { errorText } from '../common/errorText.js';
import { LaunchError, type LaunchErrorCode } from '../debuggee/backend.js';
import { LinkError, type LinkErrorCode } from '../link/linkError.js';

/**
 * Who has to do something about it. The client is the editor, or whatever else speaks to the adapter. What is the
 * adapter's own fault asks to be reported.
 */
type Blame = 'user' | 'program' | 'client' | 'adapter';

interface Entry {
  /** Stable for ever; clients and telemetry may know it. */
  readonly id: number;
  readonly blame: Blame;
  /** A sentence with `{names}` in it. */
  readonly words: string;
  /** What to do next, as a sentence. */
  readonly hint?: string;
  /** Worth a dialog even if the request was not a user's gesture. */
  readonly showUser?: true;
  /** What DAP wants to read in `message` in place of words. */
  readonly short?: 'cancelled' | 'notStopped';
}

/** What is asked for where the blame is ours. */
const REPORT = 'This is a defect of Coroscope; please report it.';
const IF_AGAIN = 'If it happens again, report it as a defect of Coroscope.';

const catalogue = {
  // 1000: what the client asked.
  unknownRequest: { id: 1000, blame: 'client', words: "The debug adapter has no request '{request}'." },
  malformedRequest: {
    id: 1001,
    blame: 'client',
    words: 'A message is not a request of the Debug Adapter Protocol: {why}.',
  },
  notInitialized: {
    id: 1002,
    blame: 'client',
    words: "The request '{request}' came before 'initialize'.",
    hint: "Send 'initialize' first.",
  },
  alreadyInitialized: { id: 1003, blame: 'client', words: "The request 'initialize' may be sent only once." },
  notLaunched: {
    id: 1004,
    blame: 'client',
    words: "The request '{request}' needs a program, and none was launched.",
    hint: "Send 'launch' first.",
  },
  alreadyLaunched: {
    id: 1005,
    blame: 'client',
    words: 'This session has a program already.',
    hint: 'Start another session for another program.',
  },
  alreadyConfigured: { id: 1006, blame: 'client', words: "The request 'configurationDone' may be sent only once." },
  notStarted: {
    id: 1007,
    blame: 'client',
    words: "The request '{request}' needs a running program, and it has not begun.",
    hint: "Send 'configurationDone' first.",
  },
  wrongArgument: {
    id: 1008,
    blame: 'client',
    words: "The request '{request}' cannot be carried out: {argument} {complaint}.",
  },
  unknownReference: { id: 1009, blame: 'client', words: 'The debug adapter never gave out the {what} {id}.' },
  unknownThread: { id: 1010, blame: 'client', words: 'There is no thread {id}.', hint: "Ask for 'threads' again." },
  sessionEnded: {
    id: 1011,
    blame: 'client',
    words: "The request '{request}' came too late: the debug session has ended.",
  },

  // 2000: what the user can put right.
  wrongSetting: {
    id: 2000,
    blame: 'user',
    words: '{setting} {complaint}.',
    hint: 'Correct it in the launch configuration.',
    showUser: true,
  },
  oneOf: {
    id: 2001,
    blame: 'user',
    words: 'Exactly one of the settings program, module and code says what to run, but {found}.',
    hint: 'Correct it in the launch configuration.',
    showUser: true,
  },
  unknownLanguage: {
    id: 2002,
    blame: 'user',
    words: "The setting language is '{found}', and only {known} can be debugged.",
    hint: 'Correct it in the launch configuration.',
    showUser: true,
  },
  attachUnavailable: {
    id: 2004,
    blame: 'user',
    words: 'Attaching to a running program is not available yet.',
    hint: "Start the program with a configuration whose request is 'launch'.",
    showUser: true,
  },
  staleReference: {
    id: 2005,
    blame: 'user',
    words: 'The {what} belongs to an earlier stop; the program has run on since.',
  },
  labelFrame: {
    id: 2006,
    blame: 'user',
    words: 'This line of the call stack is a heading and holds no variables.',
    hint: 'Select a frame below it.',
  },
  noException: { id: 2007, blame: 'user', words: 'A suspended coroutine has no exception of its own to show.' },
  noSourcePath: { id: 2008, blame: 'user', words: 'The source has no path, and only files can be looked up.' },
  endedBeforeHello: {
    id: 2010,
    blame: 'user',
    words: 'The program ended before it could be debugged{how}.',
    hint: 'Its output in the debug console says why.',
    showUser: true,
  },
  launchCancelled: { id: 2011, blame: 'user', words: 'The launch was cancelled.', short: 'cancelled' },

  nothingRecorded: {
    id: 2012,
    blame: 'user',
    words: 'Nothing is recorded to go back to.',
    hint: 'Set "record": "all" in the launch configuration, or press the record button of the timeline.',
    showUser: true,
  },
  recordedFrame: {
    id: 2013,
    blame: 'user',
    words: 'This is a recorded moment: only the values that went into and came out of coroutines are known of it.',
    hint: 'Continue to come back to the present, or select another thread.',
  },
  present: { id: 2014, blame: 'user', words: 'The recorded moment is not shown any more.' },

  // 3000: what the program or its runtime answered.
  cancelled: { id: 3000, blame: 'user', words: 'Cancelled.', short: 'cancelled' },
  notPaused: { id: 3001, blame: 'user', words: '{text}', short: 'notStopped' },
  program: { id: 3002, blame: 'program', words: '{text}' },
  refused: { id: 3003, blame: 'user', words: '{text}' },
  linkLost: { id: 3004, blame: 'program', words: '{text}' },

  // 4000: our own.
  silentRuntime: {
    id: 4000,
    blame: 'adapter',
    words: 'The program started, but its runtime said nothing for {seconds} seconds.',
    hint: `Start it again. ${IF_AGAIN}`,
    showUser: true,
  },
  version: {
    id: 4001,
    blame: 'adapter',
    words: 'The debug adapter speaks version {ours} of the link and the runtime in the program version {theirs}.',
    hint: 'Install Coroscope again, so that both come from the same release.',
    showUser: true,
  },
  runtime: { id: 4002, blame: 'adapter', words: '{text}' },
  adapter: {
    id: 4003,
    blame: 'adapter',
    words: "The debug adapter failed in '{request}': {text}. The session goes on.",
    showUser: true,
  },
} as const satisfies Record<string, Entry>;

export type ErrorName = keyof typeof catalogue;

/** An error of the catalogue, with the words for its `{names}`. */
export class AdapterError extends Error {
  constructor(
    readonly kind: ErrorName,
    readonly variables: Readonly<Record<string, string | number>> = {},
  ) {
    super(fill(catalogue[kind].words, variables));
    this.name = 'AdapterError';
  }
}

/** Launches that could not be. Words and hint are those of who found out. */
const launchErrors: Readonly<Record<LaunchErrorCode, Pick<Entry, 'id' | 'blame'>>> = {
  settingInvalid: { id: 2100, blame: 'user' },
  programNotFound: { id: 2101, blame: 'user' },
  folderNotFound: { id: 2102, blame: 'user' },
  envFileUnreadable: { id: 2103, blame: 'user' },
  interpreterNotFound: { id: 2104, blame: 'user' },
  interpreterNotExecutable: { id: 2105, blame: 'user' },
  interpreterUnusable: { id: 2106, blame: 'user' },
  interpreterTooOld: { id: 2107, blame: 'user' },
  interpreterUnsupported: { id: 2108, blame: 'user' },
  interpreterNotStarted: { id: 2109, blame: 'user' },
  embeddedNotStarted: { id: 2110, blame: 'adapter' },
  endedBeforeStart: { id: 2111, blame: 'program' },
  terminalUnavailable: { id: 2112, blame: 'client' },
  terminalRefused: { id: 2113, blame: 'client' },
  terminalFailed: { id: 2114, blame: 'client' },
  terminalTimeout: { id: 2115, blame: 'program' },
};

/** What the link's error codes are in the catalogue. The last two are the connection's own: the link is gone. */
const linkErrors: Readonly<Record<LinkErrorCode, ErrorName>> = {
  cancelled: 'cancelled',
  notPaused: 'notPaused',
  stale: 'refused',
  badArgument: 'refused',
  wouldRun: 'refused',
  timeout: 'refused',
  unsupported: 'refused',
  program: 'program',
  version: 'runtime',
  internal: 'runtime',
  unknownCommand: 'runtime',
  ended: 'linkLost',
  protocol: 'linkLost',
};

/** Any error as the two texts of an error response. `request` is the DAP request it came out of. */
export function toErrorResponse(error: unknown, request: string): { message: string; error: DebugProtocol.Message } {
  const { entry, text, hint } = classify(error, request);
  // Lines, such as those of a traceback or of places, end before what to do begins.
  const format = hint === undefined ? text : `${text}${text.includes('\n') ? '\n' : ' '}${hint}`;
  return {
    message: entry.short ?? format,
    error: { id: entry.id, format, ...(entry.showUser === undefined ? {} : { showUser: true }) },
  };
}

/** Any error as one line for the debug console. */
export function toSentence(error: unknown, request: string): string {
  return toErrorResponse(error, request).error.format;
}

function classify(error: unknown, request: string): { entry: Entry; text: string; hint: string | undefined } {
  const known = (kind: ErrorName, variables: AdapterError['variables'], hint?: string) => {
    const entry: Entry = catalogue[kind];
    const report = entry.blame === 'adapter' ? REPORT : undefined;
    return { entry, text: fill(entry.words, { request, ...variables }), hint: hint ?? entry.hint ?? report };
  };
  if (error instanceof AdapterError) return known(error.kind, error.variables);
  if (error instanceof LaunchError) {
    const entry: Entry = { ...launchErrors[error.code], words: error.message, showUser: true };
    const hint = entry.blame === 'adapter' ? `${error.hint} ${IF_AGAIN}` : error.hint;
    return { entry, text: error.message, hint };
  }
  if (error instanceof LinkError) return known(linkErrors[error.code], { text: error.message }, error.hint);
  return known('adapter', { text: errorText(error) });
}

function fill(words: string, variables: AdapterError['variables']): string {
  return words.replace(/\{(\w+)\}/g, (all, name: string) => String(variables[name] ?? all));
}
