declare module "@vertx/eventbus-bridge-client.js" {
  export interface BridgeMessage<T = unknown> {
    address: string;
    type: string;
    body: T;
    headers?: Record<string, string>;
  }
  export interface BridgeError {
    failureCode?: number;
    failureType?: string;
    message?: string;
    type?: string;
    address?: string;
    body?: string;
  }
  export type Callback<T = unknown> = (error: BridgeError | null, message?: BridgeMessage<T>) => void;
  export default class EventBus {
    static readonly OPEN: number;
    constructor(url: string, options?: Record<string, unknown>);
    state: number;
    sockJSConn: { onheartbeat?: (() => void) | null; close(): void };
    onopen: (() => void) | null;
    onclose: (() => void) | null;
    onerror: (error: BridgeError) => void;
    onunhandled: (json: BridgeError) => void;
    send<T>(address: string, body: unknown, headers?: Record<string, string>, callback?: Callback<T>): void;
    registerHandler<T>(address: string, headers: Record<string, string>, callback: Callback<T>): void;
    unregisterHandler<T>(address: string, headers: Record<string, string>, callback: Callback<T>): void;
    close(): void;
  }
}

declare const BUILD: string;
declare const SHELL: string[];
