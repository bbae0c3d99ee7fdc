import { placeText, type Location } from './location.js';
import { taskTitle } from './names.js';

/** A frame as the debuggee reports it. */
export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly location: Location;
  /** False for code that is not the user's. */
  readonly user: boolean;
  readonly coroutine?: number | undefined;
}

/** The delegation chain of one coroutine that waits for the segment before it, leaf first. */
export interface StackSegment {
  readonly relation: 'awaitedBy';
  readonly coroutine: number;
  readonly name: string;
  readonly task?: string | undefined;
  /** It stands earlier in the same stack. */
  readonly cycle: boolean;
  /** Where its task was created, if that was seen. */
  readonly createdAt?: Location | undefined;
  readonly frames: readonly StackFrame[];
}

/** What drove a coroutine last. */
export interface StackResumer {
  readonly how: 'next' | 'send' | 'throw' | 'close';
  readonly value?: string | undefined;
  readonly location?: Location | undefined;
  /** The event loop, if one did it. */
  readonly loop?: string | undefined;
}

/** A window of a stack; `awaiters` is empty unless the window reaches the end of the frames. */
export interface StackResult {
  readonly frames: readonly StackFrame[];
  /** How many frames there are before the awaiters. */
  readonly total: number;
  readonly awaiters: readonly StackSegment[];
  readonly resumedBy?: StackResumer | undefined;
  /** Where the task that these frames belong to was created, if that was seen. */
  readonly createdAt?: Location | undefined;
}

/** One line of the stack that a person sees. */
export type DisplayFrame =
  | { readonly kind: 'frame'; readonly frame: StackFrame; readonly presentation: 'normal' | 'subtle' }
  /** Between frames: how those below came about. It can be shown in the source where `location` is known. */
  | { readonly kind: 'label'; readonly text: string; readonly coroutine?: number; readonly location?: Location };

export interface DisplayWindow {
  readonly frames: readonly DisplayFrame[];
  /** Of the whole stack; absent as long as its end has not been seen. */
  readonly total?: number;
}

export interface StackWindow {
  readonly start: number;
  readonly count: number;
}

/** The Debug Adapter Protocol asks for all frames with 0 levels, or with none said. */
const ALL = 0x7fff_ffff;

/** The window to ask the debuggee for, so that {@link displayWindow} can show these lines of the stack. */
export function stackWindow(start = 0, levels = 0): StackWindow {
  return { start, count: levels > 0 ? levels : ALL };
}

/**
 * The lines of the logical stack within `window`, from the debuggee's answer for that same window: its frames, then the
 * one who resumed it, then each awaiter's label and frames. Lines are numbered through, so pages can be put together.
 */
export function displayWindow(stack: StackResult, window: StackWindow): DisplayWindow {
  const end = window.start + window.count;
  const frames = stack.frames.slice(0, window.count).map(shown);
  if (end < stack.total) return { frames };
  const below = belowFrames(stack);
  const visible = below.slice(Math.max(0, window.start - stack.total), end - stack.total);
  return { frames: [...frames, ...visible], total: stack.total + below.length };
}

function belowFrames(stack: StackResult): DisplayFrame[] {
  return [...origin(stack), ...stack.awaiters.flatMap(segmentFrames)];
}

function segmentFrames(segment: StackSegment): DisplayFrame[] {
  const who = segment.task === undefined ? segment.name : taskTitle(segment.task, segment.name);
  const text = `awaited by ${who}${segment.cycle ? ' (cycle)' : created(segment.createdAt)}`;
  return [{ kind: 'label', text, coroutine: segment.coroutine }, ...segment.frames.map(shown)];
}

function created(place: Location | undefined): string {
  return place === undefined ? '' : ` · created at ${placeText(place)}`;
}

/** Who resumed the coroutine the frames end in, and where it was created; nothing where neither is known. */
function origin({ resumedBy, createdAt }: StackResult): DisplayFrame[] {
  if (resumedBy !== undefined) return [resumption(resumedBy, createdAt)];
  if (createdAt === undefined) return [];
  return [{ kind: 'label', text: `created at ${placeText(createdAt)}`, location: createdAt }];
}

function resumption(resumer: StackResumer, createdAt: Location | undefined): DisplayFrame {
  const drive =
    resumer.how === 'next' || resumer.how === 'close' ? resumer.how : `${resumer.how}(${resumer.value ?? ''})`;
  const source = resumer.loop === undefined ? '' : ` from ${resumer.loop}`;
  const place = resumer.location ? ` at ${placeText(resumer.location)}` : '';
  const text = `resumed by ${drive}${source}${place}${created(createdAt)}`;
  return { kind: 'label', text, ...(resumer.location && { location: resumer.location }) };
}

function shown(frame: StackFrame): DisplayFrame {
  return { kind: 'frame', frame, presentation: frame.user ? 'normal' : 'subtle' };
}
