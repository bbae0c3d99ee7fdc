import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { SocketTransport } from '../../src/link/transports/socketTransport.js';

it('a frame over the limit ends the transport, and what came before it counts', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(`fits\n${'x'.repeat(200)}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const transport = new SocketTransport(socket, 100);
  const frames: string[] = [];
  transport.onFrame((frame) => frames.push(frame));
  const reason = await new Promise((resolve) => {
    transport.onEnd(resolve);
  });
  expect(frames).toEqual(['fits']);
  expect(reason).toContain('more than 100 bytes');
  expect(socket.destroyed).toBe(true);
  server.close();
});
