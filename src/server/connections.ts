/**
 * The open connections of one HTTP server and which of them have a request. Node's own notion of idle
 * leaves out connections that never sent anything (browsers open such ones ahead of need), and those
 * hold up the end of a server for minutes.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Ends every connection that has no request under way. */
  closeIdle(): void;
}

/** Watches the server from here on; call it before the server listens. */
export function trackConnections(server: Server): Connections {
  const requests = new Map<Socket, number>();
  const change = (socket: Socket, by: number): void => {
    const count = requests.get(socket);
    if (count !== undefined) requests.set(socket, count + by);
  };
  server.on('connection', (socket: Socket) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    change(socket, 1);
    response.once('close', () => change(socket, -1));
  });
  return {
    closeIdle: () => {
      for (const [socket, count] of requests) if (count === 0) socket.destroy();
    },
  };
}
