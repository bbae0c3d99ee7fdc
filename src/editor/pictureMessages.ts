/** What a picture's webview and its host say to each other. Both sides import this; the host checks what comes in. */
import * as z from 'zod';
import type { Picture } from '../model/picture.js';

/** To the webview. */
export type ToPicture =
  | { readonly type: 'picture'; readonly picture: Picture }
  /** In place of a picture: why there is none. */
  | { readonly type: 'note'; readonly text: string };

/** From the webview: its script runs; a box was chosen. */
export const FromPicture = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('open'), box: z.int().nonnegative() }),
]);
export type FromPicture = z.infer<typeof FromPicture>;
