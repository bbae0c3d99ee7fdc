import { expectTypeOf, it } from 'vitest';
import type { ExchangeBatch } from '../../src/cli/exchangeStream.js';
import type {
  CommandResult,
  CoroutineRow,
  ExchangeEvent,
  FactBody,
  Frame,
  ListedCoroutine,
  Segment,
  StackNode,
} from '../../src/link/protocol.js';
import type { CoroutineKind, CoroutineState, SuspensionKind } from '../../src/model/coroutine.js';
import type { AwaitGraph } from '../../src/model/awaitGraph.js';
import type { Listed } from '../../src/model/coroutineTexts.js';
import type { SharedFrame } from '../../src/model/picture.js';
import type * as model from '../../src/model/exchangeEvent.js';
import type { StackFrame, StackResult, StackSegment } from '../../src/model/logicalStack.js';
import type { Named } from '../../src/model/names.js';

// The model imports nothing, so it has types of its own; the compiler sees here that what the wire brings fits them.
it('the model takes what the wire brings', () => {
  expectTypeOf<ExchangeEvent>().toExtend<model.ExchangeEvent>();
  expectTypeOf<ExchangeEvent['what']>().toEqualTypeOf<model.In | model.Out>();
  expectTypeOf<CoroutineRow>().toExtend<Named>();
  expectTypeOf<CoroutineRow['kind']>().toEqualTypeOf<CoroutineKind>();
  expectTypeOf<CoroutineRow['state']>().toEqualTypeOf<CoroutineState>();
  expectTypeOf<NonNullable<CoroutineRow['suspension']>>().toEqualTypeOf<SuspensionKind>();
  expectTypeOf<ListedCoroutine>().toExtend<Listed>();
  expectTypeOf<StackNode>().toExtend<SharedFrame>();
  expectTypeOf<Frame>().toExtend<StackFrame>();
  expectTypeOf<Segment>().toExtend<StackSegment>();
  expectTypeOf<CommandResult<'awaitGraph'>>().toExtend<AwaitGraph>();
  expectTypeOf<CommandResult<'stack'>>().toExtend<StackResult>();
  expectTypeOf<FactBody<'exchanges'>>().toExtend<ExchangeBatch>();
});
